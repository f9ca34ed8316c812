import type { LabOptions } from '../options.js';

/** What the application gets besides the address of Redis, in JSON. */
export type ModuleOptions = Readonly<Record<string, unknown>>;

/** What is default is left out. */
export function moduleOptions({ onFailover }: LabOptions): ModuleOptions {
  return onFailover === 'trust' ? { onFailover } : {};
}

/** Whether read leases can be had with these. */
export function leasesWith(options: ModuleOptions): boolean {
  return options['onFailover'] === undefined;
}
