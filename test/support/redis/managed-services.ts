import type { Differences } from './stand-in.js';

const ADMINISTRATION = ['bgrewriteaof', 'bgsave', 'config', 'debug', 'migrate', 'save', 'shutdown', 'slaveof'];

/**
 * Stand-ins for managed services, made from what their documentation says. None of them was compared with the service:
 * what its documentation leaves out may differ.
 */
export const SERVICES = {
  /** Amazon ElastiCache, node-based. */
  elastiCache: { unknown: [...ADMINISTRATION, 'replicaof', 'sync'] },
  /** Amazon MemoryDB: a Cluster always. */
  memoryDb: {
    unknown: ADMINISTRATION.filter((name) => name !== 'shutdown').concat('module', 'psync', 'sync'),
    cluster: true,
  },
  azureCache: { unknown: ADMINISTRATION },
  /** Google Memorystore for Redis. */
  memorystore: {
    unknown: [...ADMINISTRATION, 'acl', 'client', 'cluster', 'command', 'lastsave', 'monitor', 'object', 'replicaof'],
  },
  /** Google Memorystore for Valkey, which answers NOPERM. */
  memorystoreForValkey: { forbidden: [...ADMINISTRATION, 'acl', 'monitor', 'replicaof', 'module'] },
  /** Its INFO knows no section `replication`, and answers only the heading of one that it does not know. */
  upstash: { notInScripts: ['info'], info: (section) => (section === 'replication' ? '# replication\r\n' : undefined) },
  /**
   * Redis Software, which Redis Cloud and Azure Managed Redis are: INFO has other fields, and scripts may not call it.
   */
  redisSoftware: {
    unknown: [...ADMINISTRATION, 'cluster', 'asking', 'select', 'replicaof', 'psync'],
    notInScripts: ['info'],
    info: (section) =>
      section === 'server' ? '# Server\r\nredis_version:7.4.0\r\nredis_mode:standalone\r\n' : undefined,
  },
} satisfies Record<string, Differences>;
