import { describe, expect, it } from '@jest/globals';
import { Exclude, Expose, Transform, Type } from 'class-transformer';

import { loadSerialiserRules } from '../../../lib/nest/serialiser-rules.js';

class Plain {
  name = 'a';
}
class Hides {
  @Exclude() hash = 'a';
}
class Shows {
  @Expose() name = 'a';
}
class Changes {
  @Transform(({ value }) => value as string) name = 'a';
}
class Nests {
  @Type(() => Hides) held = {};
}
class Heir extends Hides {}

describe('the rules that a serialiser has', () => {
  it('are those of class-transformer, for the class that declares them', async () => {
    const hasRules = await loadSerialiserRules();
    const found = [Hides, Shows, Changes, Nests].map((each) => hasRules?.(each));
    expect(found).toEqual([true, true, true, true]);
    expect([hasRules?.(Plain), hasRules?.(Heir)]).toEqual([false, false]);
  });

  it('are none where it is not installed', async () => {
    const missing = async (): Promise<never> => Promise.reject(new Error('Cannot find package'));
    expect(await loadSerialiserRules(missing)).toBeUndefined();
    expect(await loadSerialiserRules(async () => Promise.resolve({}))).toBeUndefined();
  });

  it('are found whichever way the module is loaded', async () => {
    const defaultMetadataStorage = { _excludeMetadatas: new Map([[Plain, new Map()]]) };
    for (const loaded of [{ defaultMetadataStorage }, { default: { defaultMetadataStorage } }]) {
      const hasRules = await loadSerialiserRules(async () => Promise.resolve(loaded));
      expect([hasRules?.(Plain), hasRules?.(Heir)]).toEqual([true, false]);
    }
  });
});
