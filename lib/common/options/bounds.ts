import { count } from './kinds.js';

/** A JavaScript `Map` takes 2^24 entries and then throws: the largest bound that can be kept. */
export const MOST_IN_A_MAP = 16_000_000;

/** How many entries this process holds of a namespace, or a provider in process of a scope, where no bound is given. */
export const DEFAULT_MAX_ENTRIES = 10_000;

/** The most entries that are held in process. @param most what the store itself can hold */
export const maxEntries = (most?: number) => count(DEFAULT_MAX_ENTRIES, most === undefined ? {} : { most });
