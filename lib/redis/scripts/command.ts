export type Argument = string | number | Buffer;

/** What is sent to a server. */
export type Command = readonly [name: string, ...args: Argument[]];
