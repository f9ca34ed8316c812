/** Installs the tracing tools and every version of ioredis that they watch, once for each state of the lock file. */
export function prepare(): Promise<void>;
