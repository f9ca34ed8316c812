/** The ioredis that is installed beside this package. @throws as `require` does when there is none */
export declare function requireIoredis(): typeof import('ioredis');
