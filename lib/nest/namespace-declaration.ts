import type { CasCacheNamespaceOptions } from '../core/options/namespace-options.js';

/** What one forFeature declares, known before any factory runs. */
export type NamespaceDeclaration =
  /** Names a namespace that is defined elsewhere, or has the defaults. */
  | { readonly kind: 'reference'; readonly namespace: string }
  | { readonly kind: 'definition'; readonly namespace: string; readonly options: CasCacheNamespaceOptions }
  /** Defines it with options that a factory will answer. */
  | { readonly kind: 'async'; readonly namespace: string };
