// Who may import whom. An import that is not listed here is an error; to allow one is a decision about the design.
// `npm run check:imports` runs these rules, and asserts besides that they saw every file.

const ENTRIES = [
  '^lib/index\\.ts$',
  '^lib/(health|metrics|otel|redis|transactions|wire)/index\\.ts$',
  '^lib/codecs/(cbor|msgpackr|protobuf)\\.codec\\.ts$',
  '^lib/cli/main\\.ts$',
];
const LAYERS =
  'common|contracts|wire|keys|core|providers|generations|memory|codecs|hooks|redis|transactions|nest|cli|metrics|health|otel';

/** What a layer shows to the layers above it. */
const FACES = ['^lib/core/(cas-cache|partitioned-cache|compose-cache)\\.ts$', '^lib/redis/index\\.ts$'];

const ERRORS = '^lib/(write-)?errors\\.ts$';
const folders = (...names) => `^lib/(${names.join('|')})/`;
const packages = (...names) => `^node_modules/(${names.join('|')})/`;

/** Files of `layer` import nothing but these paths, and node's own modules unless `core: false`. */
const layer = (name, from, allowed, { core = true } = {}) => ({
  name,
  severity: 'error',
  from,
  to: { pathNot: allowed, ...(core ? { dependencyTypesNot: ['core'] } : {}) },
});

/** The rooms of a layer, from the bottom up. A room imports itself and the rooms that it names. */
const CORE_ROOMS = [
  ['support', []],
  ['values', []],
  ['options', ['support', 'values']],
  ['tags', ['support']],
  ['stores', ['support', 'values', 'options', 'tags']],
  ['writing', ['support', 'options', 'stores', 'tags']],
  ['access', ['support', 'options', 'stores', 'tags', 'writing']],
  ['request', ['support', 'values', 'access', 'stores', 'writing', 'options']],
  ['loading', ['support', 'values', 'options', 'tags', 'stores', 'access', 'request']],
  ['explain', ['support', 'options', 'tags', 'stores', 'writing', 'access']],
  ['verify', ['support', 'options', 'tags', 'stores', 'access', 'request', 'loading', 'explain']],
  ['partition', ['options', 'loading', 'explain']],
];
const REDIS_ROOMS = [
  ['scripts', []],
  ['cells', ['scripts']],
  ['vetting', ['scripts', 'cells']],
  ['connection', ['scripts', 'cells', 'vetting']],
  ['leases', ['scripts', 'vetting', 'connection']],
  ['parts', ['scripts', 'cells', 'connection', 'leases']],
];

/** Files of a room import no room of their layer but those it names, and nothing of the layer's face. */
const rooms = (layerName, list) => [
  ...list.map(([room, above]) => ({
    name: `${layerName}-${room}-imports-the-rooms-before-it`,
    severity: 'error',
    from: { path: `^lib/${layerName}/${room}/` },
    to: { path: `^lib/${layerName}/`, pathNot: [room, ...above].map((name) => `^lib/${layerName}/${name}/`) },
  })),
  {
    name: `${layerName}-has-no-file-outside-its-rooms`,
    severity: 'error',
    from: {
      path: `^lib/${layerName}/`,
      pathNot: [...list.map(([room]) => `^lib/${layerName}/${room}/`), ...FACES],
    },
    to: {},
  },
];

export default {
  forbidden: [
    // Layers, from the bottom up.
    layer('contracts-import-nothing', { path: folders('contracts') }, [folders('contracts')], { core: false }),
    layer('errors-import-nothing', { path: ERRORS }, [ERRORS], { core: false }),
    layer('common-imports-contracts-and-errors', { path: folders('common') }, [folders('common', 'contracts'), ERRORS]),
    layer('wire-imports-contracts-and-errors', { path: folders('wire'), pathNot: ENTRIES }, [
      folders('wire', 'contracts'),
      ERRORS,
    ]),
    // The entry adds the key builders: they are part of the same format.
    layer('wire-entry', { path: '^lib/wire/index\\.ts$' }, [folders('wire', 'keys', 'contracts'), ERRORS]),
    layer('keys-import-contracts-and-errors', { path: folders('keys') }, [folders('keys', 'contracts'), ERRORS]),
    layer('core-knows-no-framework-and-no-store', { path: folders('core') }, [
      folders('core', 'wire', 'keys', 'contracts', 'common'),
      ERRORS,
    ]),
    ...rooms('core', CORE_ROOMS),
    ...rooms('redis', REDIS_ROOMS),
    layer('providers-stand-alone', { path: folders('providers') }, [
      folders('providers', 'contracts', 'common'),
      ERRORS,
      packages('lru-cache'),
    ]),
    layer('generations-stand-alone', { path: folders('generations') }, [
      folders('generations', 'contracts', 'common'),
      ERRORS,
      packages('lru-cache'),
    ]),
    // The store of topology `memory`: both parts, and what they have in common.
    layer('memory-joins-provider-and-generations', { path: folders('memory') }, [
      folders('memory', 'providers', 'generations', 'contracts', 'common'),
      ERRORS,
    ]),
    layer('codecs-stand-alone', { path: folders('codecs'), pathNot: ENTRIES }, [
      folders('codecs', 'contracts', 'common'),
      ERRORS,
    ]),
    layer('cbor-codec-entry', { path: '^lib/codecs/cbor\\.codec\\.ts$' }, [
      folders('codecs', 'contracts', 'common'),
      ERRORS,
      packages('cbor-x'),
    ]),
    layer('msgpackr-codec-entry', { path: '^lib/codecs/msgpackr\\.codec\\.ts$' }, [
      folders('codecs', 'contracts', 'common'),
      ERRORS,
      packages('msgpackr'),
    ]),
    layer('protobuf-codec-entry', { path: '^lib/codecs/protobuf\\.codec\\.ts$' }, [
      folders('codecs', 'contracts', 'common'),
      ERRORS,
      packages('@bufbuild/protobuf', 'protobufjs'),
    ]),
    layer('hooks-stand-alone', { path: folders('hooks') }, [folders('hooks', 'contracts', 'common'), ERRORS]),
    layer('redis-is-the-home-of-ioredis', { path: folders('redis') }, [
      folders('redis', 'contracts', 'wire', 'keys', 'common'),
      ERRORS,
      packages('ioredis'),
    ]),
    // They take the user's database library as an argument, and import none.
    layer('transactions-know-no-database', { path: folders('transactions') }, [
      folders('transactions'),
      '^lib/core/(writing/(cas-transaction|transaction-scope)|support/context)\\.ts$',
      ERRORS,
    ]),
    layer('nest-is-the-top', { path: folders('nest') }, [
      `^lib/(${LAYERS})/`,
      ERRORS,
      packages('@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'),
    ]),
    // The command line is an application of its own, without Nest: core over Redis.
    layer('cli-is-core-over-redis', { path: folders('cli') }, [
      folders('cli', 'core', 'redis', 'keys', 'contracts', 'common'),
      ERRORS,
    ]),
    {
      name: 'cli-is-an-entry-only',
      severity: 'error',
      from: { path: '^lib/', pathNot: [folders('cli')] },
      to: { path: folders('cli') },
    },
    // Each is a hook, or reads what the registry tells, and the home of its package.
    layer('metrics-are-the-home-of-prom-client', { path: folders('metrics') }, [
      folders('metrics', 'contracts'),
      packages('prom-client'),
    ]),
    layer('health-is-the-home-of-terminus', { path: folders('health') }, [
      folders('health', 'common'),
      '^lib/nest/cas-cache\\.registry\\.ts$',
      ERRORS,
      packages('@nestjs/common', '@nestjs/terminus'),
    ]),
    layer('otel-is-the-home-of-opentelemetry', { path: folders('otel') }, [
      folders('otel', 'contracts', 'keys'),
      packages('@opentelemetry/api'),
    ]),
    {
      name: 'what-watches-is-an-entry-only',
      severity: 'error',
      from: { path: '^lib/', pathNot: [folders('metrics', 'health', 'otel')] },
      to: { path: folders('metrics', 'health', 'otel') },
    },
    {
      name: 'every-file-has-a-layer',
      comment: 'A new folder in lib needs its own rule here.',
      severity: 'error',
      from: { path: '^lib/', pathNot: [folders(LAYERS), ERRORS, '^lib/index\\.ts$'] },
      to: {},
    },

    // Parts of one kind do not know each other; the helpers beside them are shared.
    {
      name: 'parts-do-not-import-each-other',
      severity: 'error',
      from: { path: '^lib/(providers|generations|codecs|hooks)/.*\\.(provider|store|codec|hooks)\\.ts$' },
      to: { path: '^lib/(providers|generations|codecs|hooks)/.*\\.(provider|store|codec|hooks)\\.ts$' },
    },

    // Redis is loaded only by an application that asks for it: by one dynamic import, in one file. That file may also
    // name its type as `import('…')`, which loads nothing; the package checks see to it that the root's .d.ts do not.
    {
      name: 'redis-is-loaded-dynamically',
      severity: 'error',
      from: { path: '^lib/', pathNot: [folders('redis', 'cli'), '^lib/nest/load-redis\\.ts$'] },
      to: { path: folders('redis') },
    },
    {
      name: 'load-redis-imports-it-dynamically',
      severity: 'error',
      from: { path: '^lib/nest/load-redis\\.ts$' },
      to: { path: folders('redis'), dependencyTypesNot: ['dynamic-import', 'type-import'] },
    },
    {
      name: 'transactions-are-an-entry-only',
      severity: 'error',
      from: { path: '^lib/', pathNot: [folders('transactions')] },
      to: { path: folders('transactions') },
    },
    {
      name: 'optional-peer-codecs-are-entries-only',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^lib/codecs/(cbor|msgpackr|protobuf)\\.codec\\.ts$' },
    },
    {
      name: 'nothing-imports-a-barrel',
      severity: 'error',
      from: { path: '^lib/', pathNot: ['^lib/nest/load-redis\\.ts$'] },
      to: { path: '(^|/)index\\.ts$', pathNot: '^node_modules/' },
    },
    {
      name: 'nothing-imports-testing',
      severity: 'error',
      from: { path: '^lib/', pathNot: [folders('testing')] },
      to: { path: [folders('testing'), '^test/'] },
    },

    // Everywhere.
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dead-files',
      severity: 'error',
      from: { path: ENTRIES },
      // The types of what is JavaScript stand beside it, and nothing imports them.
      to: { path: '^lib/', pathNot: [...ENTRIES, '\\.d\\.cts$'], reachable: false },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // An `import type` counts: it ends up in the published .d.ts.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.build.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
