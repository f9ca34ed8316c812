export { CasCacheTelemetry } from './cas-cache-telemetry.js';
export type { CasCacheTelemetryOptions } from './cas-cache-telemetry.js';
export { LoadChannel, LOAD_CHANNEL } from './load-channel.js';
export type { LoadMessage } from './load-channel.js';
