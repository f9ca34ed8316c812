/** The ways of caching that are compared, in the order of the table. */
export const CONTENDERS = {
  none: 'no cache',
  'cache-aside': 'cache-aside on ioredis',
  'cache-manager': '@nestjs/cache-manager, @keyv/redis',
  bentocache: 'bentocache, two levels and a bus',
  redis: 'nestjs-cascache, `redis`',
  near: 'nestjs-cascache, `near`',
  tiered: 'nestjs-cascache, `tiered`',
} as const;

export type Contender = keyof typeof CONTENDERS;

export const NAMES = Object.keys(CONTENDERS) as Contender[];
export const OURS = ['redis', 'near', 'tiered'] as const satisfies readonly Contender[];
export type Ours = (typeof OURS)[number];
/** What the others are compared with. */
export const BASELINE: Contender = 'cache-aside';

export function isOurs(contender: Contender): contender is Ours {
  return (OURS as readonly Contender[]).includes(contender);
}
