import { bootWhileFrozen, bootWithoutRedis } from './boot-without-redis.js';
import { blips } from './blips.js';
import { clientKill } from './client-kill.js';
import { evict } from './evict.js';
import { demoted, failover } from './failover.js';
import type { Fault } from './fault.js';
import { flushall } from './flushall.js';
import { freeze, nodeFreeze } from './freeze.js';
import { killEmpty, nodeKill } from './kill-empty.js';
import { killOldData } from './kill-old-data.js';
import { migrate } from './migrate.js';
import { replicaCrash } from './replica-crash.js';
import { restart } from './restart.js';
import { roleSwap } from './role-swap.js';
import { sleep } from './sleep.js';

/** Every fault that the laboratory knows. */
export const FAULTS: readonly Fault[] = [
  killEmpty,
  killOldData,
  freeze,
  flushall,
  evict,
  clientKill,
  blips,
  restart,
  sleep,
  replicaCrash,
  bootWithoutRedis,
  bootWhileFrozen,
  failover,
  demoted,
  roleSwap,
  migrate,
  nodeFreeze,
  nodeKill,
];
