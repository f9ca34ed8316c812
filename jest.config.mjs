/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  testEnvironment: './test/support/tidy-environment.mjs',
  setupFiles: ['reflect-metadata'],
  globalSetup: './test/support/global-setup.mjs',
  globalTeardown: './test/support/global-teardown.mjs',
  // The public names mean the sources: through the package's own exports they would mean `dist`, and every class would
  // exist twice. Entry by entry, so that a subpath that does not exist is an error. tsconfig.json repeats these lines.
  moduleNameMapper: {
    '^nestjs-cascache$': '<rootDir>/lib/index.ts',
    '^nestjs-cascache/redis$': '<rootDir>/lib/redis/index.ts',
    '^nestjs-cascache/transactions$': '<rootDir>/lib/transactions/index.ts',
    '^nestjs-cascache/wire$': '<rootDir>/lib/wire/index.ts',
    '^nestjs-cascache/metrics$': '<rootDir>/lib/metrics/index.ts',
    '^nestjs-cascache/health$': '<rootDir>/lib/health/index.ts',
    '^nestjs-cascache/otel$': '<rootDir>/lib/otel/index.ts',
    '^nestjs-cascache/codecs/cbor$': '<rootDir>/lib/codecs/cbor.codec.ts',
    '^nestjs-cascache/codecs/msgpackr$': '<rootDir>/lib/codecs/msgpackr.codec.ts',
    '^nestjs-cascache/codecs/protobuf$': '<rootDir>/lib/codecs/protobuf.codec.ts',
    // Sources import with the extension that the compiled file will have.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  maxWorkers: 2,
  // No test takes so long on an idle machine: it only ends what hangs, and a busy machine is no fault of a test's.
  testTimeout: 120_000,
  // A worker keeps the modules of every broken variant that it loaded, and slows down with them.
  workerIdleMemoryLimit: '700MB',
};
