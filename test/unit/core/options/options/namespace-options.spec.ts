import { describe, expect, it } from '@jest/globals';

import { DEFAULTS, resolveNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import type { CasCacheNamespaceOptions } from '../../../../../lib/core/options/namespace-options.js';
import { CasConfigError, CasKeyError, CasTtlError } from '../../../../../lib/errors.js';

const resolve = (options: Partial<CasCacheNamespaceOptions> = {}, defaults?: Partial<CasCacheNamespaceOptions>) =>
  resolveNamespaceOptions({ namespace: 'user', ...options }, defaults);

const one = (): number => 1;
const two = (): number => 2;
const yes = (): boolean => true;
const no = (): boolean => false;

describe('resolveNamespaceOptions', () => {
  it('has a default for everything', () => {
    expect(resolve()).toEqual({
      namespace: 'user',
      ttlMs: 600_000,
      bulkTtlMs: 600_000,
      freshMs: undefined,
      earlyRefresh: undefined,
      jitter: 0,
      negativeTtlMs: undefined,
      softTimeoutMs: 0,
      staleIfError: false,
      loadTimeoutMs: undefined,
      when: undefined,
      unless: undefined,
      stampede: 'process',
      stampedeWaitMs: 1_000,
      consistency: 'always',
      requestAgeMs: 1_000,
      timeoutMs: 250,
      isolation: 'copy',
      nearTtlMs: undefined,
      maxEntries: 10_000,
      maxBytes: undefined,
      intents: false,
      intentLeaseMs: 30_000,
      enabled: true,
      disableBulk: false,
      bulkSeed: 'always',
      readGuard: undefined,
      refreshContext: undefined,
      onFailure: 'throw',
      readLease: false,
      tags: false,
      history: 0,
      verify: undefined,
      computeSetCost: undefined,
    });
  });

  it.each([
    ['ttl', 'ttlMs', '1s', 2_000, 1_000, 2_000],
    ['bulkTtl', 'bulkTtlMs', '1s', 2_000, 1_000, 2_000],
    ['timeout', 'timeoutMs', '1s', 2_000, 1_000, 2_000],
    ['isolation', 'isolation', 'frozen', 'reference', 'frozen', 'reference'],
    ['maxEntries', 'maxEntries', 1, 2, 1, 2],
    ['maxBytes', 'maxBytes', 1, 2, 1, 2],
    ['intents', 'intents', true, false, true, false],
    ['intentLease', 'intentLeaseMs', '1s', 2_000, 1_000, 2_000],
    ['enabled', 'enabled', true, false, true, false],
    ['disableBulk', 'disableBulk', true, false, true, false],
    ['bulkSeed', 'bulkSeed', 'never', 'missing', 'never', 'missing'],
    ['readGuard', 'readGuard', yes, no, yes, no],
    ['refreshContext', 'refreshContext', 'caller', 'none', 'caller', 'none'],
    ['onFailure', 'onFailure', 'report', 'throw', 'report', 'throw'],
    ['computeSetCost', 'computeSetCost', one, two, one, two],
  ] as const)(
    "%s: the namespace's own, then the module's defaults, then DEFAULTS; undefined never erases",
    (option, resolved, own, shared, resolvedOwn, resolvedShared) => {
      const fallback = resolve()[resolved];
      expect(resolve({ [option]: own }, { [option]: shared })[resolved]).toBe(resolvedOwn);
      expect(resolve({}, { [option]: shared })[resolved]).toBe(resolvedShared);
      expect(resolve({ [option]: undefined }, { [option]: shared })[resolved]).toBe(resolvedShared);
      expect(resolve({ [option]: undefined }, { [option]: undefined })[resolved]).toBe(fallback);
    },
  );

  it('bulkTtl: its own, else its own ttl, else the bulkTtl of the defaults, else their ttl', () => {
    expect(resolve({ bulkTtl: 1, ttl: 2 }, { bulkTtl: 3, ttl: 4 }).bulkTtlMs).toBe(1);
    expect(resolve({ ttl: 2 }, { bulkTtl: 3, ttl: 4 }).bulkTtlMs).toBe(2);
    expect(resolve({}, { bulkTtl: 3, ttl: 4 }).bulkTtlMs).toBe(3);
    expect(resolve({}, { ttl: 4 }).bulkTtlMs).toBe(4);
    expect(resolve({ ttl: 2, bulkTtl: undefined }, { bulkTtl: 3 }).bulkTtlMs).toBe(2);
  });

  it('answers a frozen object, and leaves its input alone', () => {
    const options = Object.freeze({ namespace: 'user' });
    const defaults = Object.freeze({ ttl: '1s' });
    expect(Object.isFrozen(resolveNamespaceOptions(options, defaults))).toBe(true);
    expect(Object.isFrozen(DEFAULTS)).toBe(true);
    expect(options).toEqual({ namespace: 'user' });
    expect(defaults).toEqual({ ttl: '1s' });
  });

  it.each(['', 'a:b', 'a b', 'ä', 'x'.repeat(65), '*', undefined, null, 42, {}])(
    'refuses what is no namespace: %p',
    (namespace) => {
      expect(() => resolveNamespaceOptions({ namespace } as CasCacheNamespaceOptions)).toThrow(CasKeyError);
    },
  );

  it.each([
    ['ttl', [0, -1, NaN, Infinity, '10', 'soon', '0s', '-5m', {}, true], CasTtlError, /milliseconds|1 ms/],
    ['bulkTtl', [0, -1, NaN, '10'], CasTtlError, /milliseconds|1 ms/],
    ['timeout', [0, -1, NaN, '10'], CasTtlError, /milliseconds|1 ms/],
    ['isolation', ['deep', '', 1, true], CasConfigError, /'copy', 'frozen' or 'reference'/],
    ['maxEntries', [0, -1, 1.5, NaN, Infinity, '10'], CasConfigError, /whole number of at least 1/],
    ['maxBytes', [0, -1, 1.5, NaN, Infinity, '10'], CasConfigError, /whole number of at least 1/],
    ['enabled', ['false', 0, 1, {}], CasConfigError, /true or false/],
    ['disableBulk', ['false', 0, 1, {}], CasConfigError, /true or false/],
    ['computeSetCost', [1, 'cost', {}], CasConfigError, /function/],
  ])('a bad %s is an error that names the option, the namespace and the fix', (option, values, type, fix) => {
    for (const value of values) {
      for (const call of [() => resolve({ [option]: value }), () => resolve({}, { [option]: value })]) {
        expect(call).toThrow(type);
        expect(call).toThrow(`${option} of namespace "user"`);
        expect(call).toThrow(fix);
      }
    }
  });
});
