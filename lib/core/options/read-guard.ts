/** Whether a hit may be served. Only `true` lets it pass. */
// eslint-disable-next-line typescript/no-explicit-any -- of the values of any cache
export type ReadGuard = (key: string, value: any) => boolean | Promise<boolean>;
