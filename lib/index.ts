// The module.
export { CasCacheModule } from './nest/cas-cache.module.js';
export type {
  CasCacheFeatureAsyncOptions,
  CasCacheModuleAsyncOptions,
  CasCacheModuleOptions,
  CasCacheOptionsFactory,
  CasTopology,
  RedisLike,
  RedisOptionsLike,
} from './nest/module-options.js';
export { CAS_CODEC, CAS_GEN_STORE, CAS_HOOKS, CAS_PROVIDER } from './nest/tokens.js';
export { asCacheManager } from './nest/cache-manager/as-cache-manager.js';
export type {
  CasCacheManager,
  CasCacheManagerOptions,
  CasManagerItem,
  CasManagerTtl,
  CasWrapOptions,
} from './nest/cache-manager/cas-cache-manager.js';
export type { CasManagerEvents, CasManagerListener } from './nest/cache-manager/manager-events.js';
export { CasCacheRegistry } from './nest/cas-cache.registry.js';
export type { CasCacheDescription } from './nest/cas-cache-description.js';
export { InjectCasCache, getCasCacheToken } from './nest/inject-cas-cache.decorator.js';
export { CasRequestInterceptor } from './nest/request/cas-request.interceptor.js';
export { CasRequestMiddleware } from './nest/request/cas-request.middleware.js';
export type { CasResponse } from './nest/request/cas-request.middleware.js';

// The cache of a namespace.
export { CasCache, CasCacheService } from './core/cas-cache.js';
export type { SwrOptions } from './core/loading/read-through.js';
export { runInCasRequest } from './core/request/cas-request.js';
export { runInCasTransaction } from './core/writing/cas-transaction.js';
export type { FillOptions, Observation } from './core/access/observation.js';
export type { BulkSeed } from './core/options/bulk-seed.js';
export type { CasCacheNamespaceOptions, ComputeSetCost, RefreshContext } from './core/options/namespace-options.js';
export type { ReadGuard } from './core/options/read-guard.js';
export type { VerifyOptions } from './core/options/verify-option.js';
export type { Isolation } from './core/values/isolation.js';
export type { RevivedClass, RevivedClasses, ValueType, ValueTypes } from './core/values/instance-table.js';
export type { ClassLoss } from './core/values/value-rules.js';
export type { LoadContext } from './core/loading/load-context.js';
export type { PreviousValue } from './core/loading/previous-values.js';
export type { Loader, LoadMany } from './core/loading/read-call.js';
export type { LoadManyOptions, LoadOptions, LoadPositionsOptions, ReadOptions } from './core/options/load-options.js';
export type {
  Explanation,
  ExplainedCopy,
  ExplainedTag,
  ExplainOptions,
  TagsExplanation,
  TagState,
} from './core/explain/explanation.js';
export type { CasCacheStats, LeaseHitStats, PendingStats } from './contracts/stats.js';
export type { WriteContext, WriteIntentOptions } from './core/writing/write-intents.js';
export { parseTtl } from './common/ttl.js';
export type { Ttl } from './common/ttl.js';

export { splitPartitionKey } from './keys/partition-key.js';
export type { PartitionedKey } from './keys/partition-key.js';
export type { ClearOptions } from './core/options/clear-options.js';

// Decorators.
export { CasCached } from './nest/decorators/cas-cached.decorator.js';
export type { CasCachedOptions } from './nest/decorators/cas-cached.options.js';
export { CasCachedMany } from './nest/decorators/cas-cached-many.decorator.js';
export type { CasCachedManyOptions } from './nest/decorators/cas-cached-many.options.js';
export { CasInvalidate } from './nest/decorators/cas-invalidate.decorator.js';
export type { CasInvalidateOptions } from './nest/decorators/cas-invalidate.options.js';
export { casKey } from './nest/decorators/cas-key.js';

// Parts.
export { MemoryProvider } from './providers/memory-provider.js';
export type { MemoryProviderOptions } from './providers/memory-options.js';
export { TieredProvider } from './providers/tiered-provider.js';
export type { TieredProviderOptions } from './providers/tiered-provider.js';
export type { OnTierFault, ProviderTier, TierOperation } from './providers/tier.js';
export { LocalGenerationStore } from './generations/local-generation-store.js';
export type { LocalGenerationStoreOptions } from './generations/local-options.js';
export { BytesCodec } from './codecs/bytes.codec.js';
export { ClassCodec } from './codecs/class.codec.js';
export type { ClassCodecOptions, NestedClass, NestedShape, RevivableClass } from './codecs/class.codec.js';
export { CompressedCodec } from './codecs/compressed.codec.js';
export type { CompressedCodecOptions } from './codecs/compressed.codec.js';
export type { CompressionAlgorithm } from './codecs/compression.js';
export { EncryptedCodec } from './codecs/encrypted.codec.js';
export type { EncryptedCodecOptions } from './codecs/encrypted.codec.js';
export type { EncryptionKey, EncryptionKeys } from './codecs/encryption-keys.js';
export { JsonCodec } from './codecs/json.codec.js';
export { LimitedCodec } from './codecs/limited.codec.js';
export type { LimitedCodecOptions } from './codecs/limited.codec.js';
export { MsgpackCodec } from './codecs/msgpack.codec.js';
export { StringCodec } from './codecs/string.codec.js';
export { hashKey } from './keys/hash-key.js';
export type { HashKeyOptions } from './keys/hash-key.js';
export { redactKey } from './keys/redact-key.js';
export { stableKey } from './keys/stable-key.js';

// Contracts, for parts of your own.
export type { AtomicReading, AtomicStore } from './contracts/atomic-store.js';
export type { Awaitable } from './contracts/awaitable.js';
export type { FillPatience } from './contracts/fill-patience.js';
export type { CasCodec, CodecContext } from './contracts/codec.js';
export { ABSENT, MAX_GENERATION, OPEN } from './contracts/generation-store.js';
export type { Generation, GenerationReading, GenerationStore } from './contracts/generation-store.js';
export type { InspectedEntry, InspectedGeneration } from './contracts/inspection.js';
export type { IntentStore, SettledIntent } from './contracts/intent-store.js';
export type { LoadLeases } from './contracts/load-leases.js';
export type { HistoryRecord } from './contracts/history.js';
export type { Stamp } from './contracts/stamp.js';
export type { TagCatchUp, TagClock, TagStamp, TagStore, TagStores } from './contracts/tag-store.js';
export type {
  CacheEvent,
  CacheOperation,
  CasHooks,
  LoadBeginEvent,
  LoadEndEvent,
  LoadOutcome,
  OperationEvent,
  TimedOperation,
  Mismatch,
} from './contracts/hooks.js';
export type { BulkSetOutcome, MissReason, SetOutcome, StaleReason, UnusableReason } from './contracts/outcomes.js';
export type { CasProvider, LiveEntry, MemoryUsage, ScopeLimits, SetOptions } from './contracts/provider.js';
export type { ServerPing } from './contracts/server-ping.js';

// Errors.
export {
  CasCacheError,
  CasConfigError,
  CasCorruptFrameError,
  CasUnknownFrameError,
  CasDecodeError,
  CasDuplicateKeyError,
  CasEncodeError,
  CasGenerationError,
  CasKeyError,
  CasLoadTimeoutError,
  CasTooManyLoadsError,
  CasMalformedGenerationError,
  CasMissingGenerationError,
  CasMissingPeerError,
  CasTagError,
  CasTimeoutError,
  CasTtlError,
  CasUnavailableError,
  CasUncacheableError,
  CasValueError,
} from './errors.js';
export {
  CasClearError,
  CasCloseError,
  CasClosedError,
  CasCommitUnknownError,
  CasEraseError,
  CasIntentLostError,
  CasIntentUnavailableError,
  CasInvalidateError,
  CasRolledBackError,
  CasUnlandedError,
} from './write-errors.js';
export type { CasErrorCode, CasErrorContext } from './errors.js';
