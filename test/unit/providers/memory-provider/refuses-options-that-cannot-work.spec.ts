import { describe, expect, it } from '@jest/globals';

import { CasConfigError, CasTtlError } from '../../../../lib/errors.js';
import type { MemoryProviderOptions } from '../../../../lib/providers/memory-options.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';

describe('MemoryProvider', () => {
  it.each<[MemoryProviderOptions, RegExp]>([
    [{ holds: 'values', maxBytes: 1 }, /maxBytes needs holds: 'bytes'/],
    [{ holds: 'frames' as 'bytes' }, /holds of MemoryProvider: give 'bytes' or 'values', not 'frames'/],
    ...[0, -1, 1.5, Number.NaN, Infinity].map((maxBytes): [MemoryProviderOptions, RegExp] => [
      { maxBytes },
      /maxBytes/,
    ]),
    ...[0, -1, 1.5, Number.NaN, Infinity, 2 ** 24].map((maxEntries): [MemoryProviderOptions, RegExp] => [
      { maxEntries },
      /maxEntries/,
    ]),
  ])('refuses %p', (options, message) => {
    expect(() => new MemoryProvider(options)).toThrow(CasConfigError);
    expect(() => new MemoryProvider(options)).toThrow(message);
  });

  it.each([0, -1, Number.NaN, '5 min'])('refuses a lifeWindow that is no duration: %p', (lifeWindow) => {
    const options = { lifeWindow } as MemoryProviderOptions;
    expect(() => new MemoryProvider(options)).toThrow(CasTtlError);
    expect(() => new MemoryProvider(options)).toThrow('lifeWindow of MemoryProvider');
  });

  it('refuses a bound of a scope in the same way', () => {
    expect(() => new MemoryProvider().scope!('single:a:', { maxEntries: 0 })).toThrow(CasConfigError);
  });

  it('takes undefined for an option that was not given', () => {
    const store = new MemoryProvider({
      holds: undefined,
      maxEntries: undefined,
      maxBytes: undefined,
      lifeWindow: undefined,
      clock: undefined,
    });
    expect(store.holds).toBe('values');
    expect(store.set('a', 1, { ttlMs: 1_000 })).toBe(true);
    expect(store.get('a')).toBe(1);
  });

  it('holds bytes where maxBytes is given', () => {
    expect(new MemoryProvider({ maxBytes: 1 }).holds).toBe('bytes');
  });
});
