import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Embedded } from '../support/core/embedded.js';
import { LIBRARIES } from './libraries/all.js';
import type { Library } from './libraries/library.js';
import { Stage, toCountess } from './stage.js';

const UNDONE = new Error('undone');

describe.each(LIBRARIES)('a transaction of %s, and a reader in another session', (_, open) => {
  let stage: Stage;
  let library: Library;

  beforeEach(async () => {
    stage = await Stage.open(new Embedded<string>().cache);
    await stage.begin();
  });

  afterEach(async () => {
    await library.close();
    await stage.database.close();
  });

  /** Ada is renamed and invalidated; the reader loads her and fills before the commit. */
  const play = async (isTransactional: boolean): Promise<string> => {
    library = await open({ ...stage.database, isTransactional });
    const result = await library.transaction(async (session) => {
      await session.query(toCountess);
      await stage.cache.invalidate('ada');
      expect(await stage.read('ada')).toBe('Ada');
      return 'result';
    });
    expect(result).toBe('result');
    return stage.read('ada');
  };

  it('is invalidated after the commit, so that the old row does not stay in the cache', async () => {
    expect(await play(true)).toBe('Countess');
  });

  it('leaves the old row in the cache without the wrapper, which is what this suite would notice', async () => {
    expect(await play(false)).toBe('Ada');
  });

  it('that is rolled back throws what its work threw, and is invalidated as well', async () => {
    library = await open({ ...stage.database, isTransactional: true });
    const undone = library.transaction(async (session) => {
      await session.query(toCountess);
      await stage.cache.invalidate('ada');
      throw UNDONE;
    });

    await expect(undone).rejects.toBe(UNDONE);
    expect(await stage.cached('ada')).toBeUndefined();
    expect(await stage.read('ada')).toBe('Ada');
  });
});
