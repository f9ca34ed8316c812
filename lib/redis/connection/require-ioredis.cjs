'use strict';

// CommonJS in both builds, and copied there as it is: nothing else finds a package at once, when it is needed and not
// before, in ESM too. An `import` would be carried out, or fail, where only a client of another copy or fork is used.
exports.requireIoredis = function requireIoredis() {
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  return require('ioredis');
};
