import { fileURLToPath } from 'node:url';

import { install } from '../support/install.mjs';

/** Installs the tracing tools and every version of ioredis that they watch, once for each state of the lock file. */
export async function prepare() {
  await install(fileURLToPath(new URL('.', import.meta.url)));
}
