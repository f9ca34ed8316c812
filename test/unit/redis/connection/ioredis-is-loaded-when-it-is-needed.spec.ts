import { describe, expect, it } from '@jest/globals';
import { CasMissingPeerError } from 'nestjs-cascache';

import { ownIoredis } from '../../../../lib/redis/connection/own-ioredis.js';
import { errorOf } from '../../../support/nest/applications.js';

const failing = (message: string, code: string) => () =>
  ownIoredis(() => {
    throw Object.assign(new Error(message), { code });
  });

describe('ioredis, where no client was given', () => {
  it.each([
    ['ES modules', "Cannot find package 'ioredis' imported from /app/index.js", 'ERR_MODULE_NOT_FOUND'],
    ['CommonJS', "Cannot find module 'ioredis'\nRequire stack:\n- /app/index.js", 'MODULE_NOT_FOUND'],
  ])('says how to install it where it is missing, in %s', async (_, message, code) => {
    const error = await errorOf(failing(message, code));
    expect(error).toBeInstanceOf(CasMissingPeerError);
    expect(error).toMatchObject({ peer: 'ioredis' });
    expect(error.message).toMatch(/npm install ioredis, or give a client/);
    expect((error.cause as Error).message).toBe(message);
  });

  it.each([
    ['another missing package', "Cannot find package 'denque' imported from ioredis", 'ERR_MODULE_NOT_FOUND'],
    ['a fault in a package', "Cannot read 'ioredis'", 'ERR_SOMETHING'],
  ])('passes %s on as it is', async (_, message, code) => {
    const error = await errorOf(failing(message, code));
    expect(error).not.toBeInstanceOf(CasMissingPeerError);
    expect(error.message).toBe(message);
  });
});
