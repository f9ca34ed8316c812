// `node --import ./test/support/typescript/register.mjs file.ts` runs TypeScript as jest does: for the processes that
// tests start, which jest cannot compile. The public names mean the built package; with CASCACHE_SOURCES=1 they mean
// `lib`, and with CASCACHE_BUILD=<folder> the build in that folder.
import { register } from 'node:module';

register('./hooks.mjs', import.meta.url);
