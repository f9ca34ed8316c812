export { CasCacheHealthIndicator } from './cas-cache-health-indicator.js';
export type { CasCacheHealthOptions } from './cas-cache-health-indicator.js';
