import type { Redis, RedisOptions } from 'ioredis';

type Connector = NonNullable<RedisOptions['Connector']>;

/** What ioredis' connector has for its connections to Sentinels, beside what its types tell. */
interface SentinelConnector {
  connectToSentinel(endpoint: unknown, options?: RedisOptions): unknown;
}

/**
 * The option that makes a client ask Sentinels without telling them its name: older ones refuse CLIENT SETINFO, and
 * ioredis hands its own connections to Sentinels nothing of what the client was told about that.
 *
 * @param template has the connector of its own copy of ioredis
 */
export function quietSentinels(template: Redis): Pick<RedisOptions, 'Connector'> {
  const { sentinels, Connector: given } = template.options;
  const { connector } = template as unknown as { connector?: Partial<SentinelConnector> };
  if (!sentinels || given !== undefined || typeof connector?.connectToSentinel !== 'function') return {};
  const Base = connector.constructor as new (options: object) => SentinelConnector;
  class QuietSentinelConnector extends Base {
    override connectToSentinel(endpoint: unknown, options?: RedisOptions): unknown {
      return super.connectToSentinel(endpoint, { ...options, disableClientInfo: true });
    }
  }
  return { Connector: QuietSentinelConnector as unknown as Connector };
}
