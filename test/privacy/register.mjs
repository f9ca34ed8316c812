// After that of test/support/typescript: what is registered last is asked first.
import { register } from 'node:module';

register('./hooks.mjs', import.meta.url);
