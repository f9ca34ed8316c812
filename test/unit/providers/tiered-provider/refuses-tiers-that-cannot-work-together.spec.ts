import { describe, expect, it } from '@jest/globals';

import type { CasProvider } from '../../../../lib/contracts/provider.js';
import { CasConfigError } from '../../../../lib/errors.js';
import { MemoryProvider } from '../../../../lib/providers/memory-provider.js';
import { TieredProvider } from '../../../../lib/providers/tiered-provider.js';
import { CallLog } from '../../../support/core/call-log.js';
import { ScriptedProvider } from '../../../support/core/scripted-provider.js';

const values = (): CasProvider => new MemoryProvider();
const bytes = (): CasProvider => new MemoryProvider({ maxBytes: 1_000 });
const shared = (): CasProvider => new ScriptedProvider('bytes', 'shared', new CallLog());

describe('a tiered provider refuses', () => {
  it.each([
    ['no tiers', [], /at least one tier/],
    ['a tier without a name', [{ name: '', provider: values() }], /a name of its own/],
    [
      'two tiers of one name',
      [
        { name: 'process', provider: values() },
        { name: 'process', provider: values() },
      ],
      /a name of its own/,
    ],
    [
      'values in front of bytes',
      [
        { name: 'process', provider: values() },
        { name: 'redis', provider: shared() },
      ],
      /"process" holds values and tier "redis" bytes.*topology 'tiered'/,
    ],
    ['a ttl of 0', [{ name: 'process', provider: values(), ttl: 0 }], /ttl of tier "process"/],
    ['a ttl that is no number', [{ name: 'process', provider: values(), ttl: NaN }], /ttl of tier "process"/],
  ])('%s', (_, tiers, message) => {
    const make = (): unknown => new TieredProvider(tiers);
    expect(make).toThrow(CasConfigError);
    expect(make).toThrow(message);
  });
});

describe('a tiered provider', () => {
  it('reaches as far as the farthest of its tiers', () => {
    const two = (provider: CasProvider) =>
      new TieredProvider([
        { name: 'process', provider: bytes() },
        { name: 'other', provider },
      ]);
    expect(two(shared()).reach).toBe('shared');
    expect(two(bytes()).reach).toBe('process');
    expect(two(bytes()).holds).toBe('bytes');
  });
});
