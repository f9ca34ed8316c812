import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { parseTtl } from '../common/ttl.js';
import type { Ttl } from '../common/ttl.js';
import { CasCacheRegistry } from '../nest/cas-cache.registry.js';

/** When a cache is worse than up. */
export interface CasCacheHealthOptions {
  /** How long servers may take to answer. Default `'250ms'`. */
  readonly timeout?: Ttl | undefined;
  /**
   * What a server that does not answer, or is not used, counts as. Default `'degraded'`: reads go to the source
   * meanwhile, so that a process without its cache can still serve.
   */
  readonly unreachable?: 'degraded' | 'down' | undefined;
  /**
   * From when on an invalidation that is owed makes it `'down'`, since other replicas may serve the old value. Default
   * `'1m'`; below that it is `'degraded'`.
   */
  readonly owedFor?: Ttl | undefined;
}

type Status = 'up' | 'degraded' | 'down';

/** A session of terminus 12, which knows the middle state, or of 11, which does not. */
interface Session {
  up(data: object): HealthIndicatorResult;
  down(data: object): HealthIndicatorResult;
  degraded?(data: object): HealthIndicatorResult;
}

/**
 * The caches of the application, for `@nestjs/terminus` 11 and 12: whether their servers answer, what their breakers
 * say, and what of their invalidations is owed. Reads no value and writes nothing.
 *
 * With terminus 11, which drops states that it does not know, what is degraded is `up` with `degraded: true`.
 */
@Injectable()
export class CasCacheHealthIndicator {
  constructor(
    @Inject(HealthIndicatorService) private readonly indicators: Pick<HealthIndicatorService, 'check'>,
    @Inject(CasCacheRegistry) private readonly registry: Pick<CasCacheRegistry, 'ping' | 'stats'>,
  ) {}

  /**
   * @param key under which it stands in the answer
   * @throws CasTtlError for a duration that is none
   */
  async check(key = 'cache', options: CasCacheHealthOptions = {}): Promise<HealthIndicatorResult> {
    const { unreachable = 'degraded' } = options;
    const owedForMs = parseTtl(options.owedFor ?? '1m', 'owedFor');
    const session = this.indicators.check(key) as unknown as Session;
    const servers = await this.registry.ping(parseTtl(options.timeout ?? '250ms', 'timeout'));
    const stats = Object.values(this.registry.stats());
    const open = stats.filter(({ breakerOpen }) => breakerOpen).map(({ namespace }) => namespace);
    const owing = stats
      .map(({ namespace, pendingInvalidations }) => ({ namespace, ...pendingInvalidations }))
      .filter(({ keys, tags, wholeNamespace }) => keys > 0 || tags > 0 || wholeNamespace);
    const silent = servers.filter(({ ok }) => !ok);
    const status = worst([
      silent.length > 0 ? unreachable : 'up',
      open.length > 0 ? 'degraded' : 'up',
      ...owing.map(({ oldestMs }): Status => (oldestMs > owedForMs ? 'down' : 'degraded')),
    ]);
    const reason = [
      ...silent.map((each) => `${each.server}: ${each.reason ?? each.state}`),
      ...open.map((namespace) => `the breaker of "${namespace}" is open`),
      ...owing.map(({ namespace, oldestMs }) => `"${namespace}" owes invalidations for ${Math.round(oldestMs)} ms`),
    ].join('; ');
    const data = {
      servers: servers.map(({ server, state, latencyMs }) => ({ server, state, latencyMs })),
      breakersOpen: open,
      owed: owing,
      ...(reason !== '' && { reason }),
    };
    if (status !== 'degraded') return session[status](data);
    return session.degraded?.(data) ?? session.up({ degraded: true, ...data });
  }
}

function worst(all: readonly Status[]): Status {
  if (all.includes('down')) return 'down';
  return all.includes('degraded') ? 'degraded' : 'up';
}
