/** Where entries live: `CasProvider`. Override it in a testing module to keep a test away from its server. */
export const CAS_PROVIDER = Symbol('CAS_PROVIDER');

/** How values become bytes, where they do: `CasCodec`. */
export const CAS_CODEC = Symbol('CAS_CODEC');

/** Where generations live: `GenerationStore`. */
export const CAS_GEN_STORE = Symbol('CAS_GEN_STORE');

/** What receives the events of every namespace: one `CasHooks` or a list of them. */
export const CAS_HOOKS = Symbol('CAS_HOOKS');

/** What forRoot was given. */
export const CAS_MODULE_OPTIONS = Symbol('CAS_MODULE_OPTIONS');

/** The checked options and declarations of the application: everything that must be right before a store is made. */
export const CAS_PLAN = Symbol('CAS_PLAN');

/** The one object behind all namespaces of an application. Nest prints the description when forRoot is missing. */
export const CAS_CORE = Symbol('CasCacheModule.forRoot(), imported once by the root module');

/** What one forFeature declares. Every module made by it has this token, which is how the declarations are found. */
export const CAS_FEATURE = Symbol('CAS_FEATURE');

/** The answer of a forFeatureAsync factory. */
export const CAS_FEATURE_OPTIONS = Symbol('CAS_FEATURE_OPTIONS');
