import cluster from 'node:cluster';
import type { ApplicationCaches } from './application-caches.js';
import type { ApplicationStores } from './application-stores.js';
import { copiesHere } from './copies.js';
import type { CasCacheDescription } from './cas-cache-description.js';

export function describeApplication(core: ApplicationCaches, stores: ApplicationStores): CasCacheDescription {
  const { topology, onFailover } = stores.options;
  const { server } = stores;
  const off = [
    ...(server !== undefined && onFailover === 'trust' ? ["onFailover: 'trust'"] : []),
    ...core.caches.flatMap(({ namespace, options: { enabled, disableBulk } }) => [
      ...(enabled ? [] : [`enabled: false of "${namespace}"`]),
      ...(disableBulk ? [`disableBulk: true of "${namespace}"`] : []),
    ]),
  ];
  return { topology, server, namespaces: core.names, off };
}

/** One line, once the application is initialised, and what its developer should know besides. */
export function reportStart(core: ApplicationCaches, stores: ApplicationStores): void {
  const { options, logger } = stores;
  if (!options.logger) return;
  const { topology, server, namespaces, off } = describeApplication(core, stores);
  const at = server === undefined ? '' : `, ${server}`;
  const rest = off.length === 0 ? '' : `; off: ${off.join(', ')}`;
  logger.log(`${count(namespaces.length)}${listed(namespaces)}, topology ${topology}${at}${rest}`);
  const alone = options.topology === 'memory' && options.genStore?.reach !== 'shared';
  // eslint-disable-next-line node/no-process-env -- only there it says what started this process
  const worker = alone ? workerOf(process.env) : undefined;
  if (worker !== undefined) {
    logger.warn(
      `This process is a worker of ${worker}, and on topology 'memory' each worker has a cache of its own that does not hear of the invalidations of the others: give \`redis\`.`,
    );
  }
  const copies = copiesHere();
  if (copies > 1) {
    logger.warn(
      `${copies} copies of nestjs-cascache are loaded in this process, and what is decorated by one is not known to the other: have the workspace install one, and import it in one way (ESM or CommonJS).`,
    );
  }
}

/** What started this process as one of several, as far as its environment tells. */
export function workerOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (cluster.isWorker || env['NODE_UNIQUE_ID'] !== undefined) return 'node:cluster';
  // pm2 tells every process that it starts, also a lone one.
  return env['NODE_APP_INSTANCE'] !== undefined && env['instances'] !== '1' ? 'pm2' : undefined;
}

function count(namespaces: number): string {
  return namespaces === 1 ? '1 namespace' : `${namespaces} namespaces`;
}

/** So many are named. */
const NAMED = 20;

function listed(namespaces: readonly string[]): string {
  if (namespaces.length === 0) return '';
  const more = namespaces.length > NAMED ? ', …' : '';
  return ` (${namespaces.slice(0, NAMED).join(', ')}${more})`;
}
