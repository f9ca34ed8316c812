export { CasCacheMetrics } from './cas-cache-metrics.js';
export type { CasCacheMetricsOptions } from './cas-cache-metrics.js';
