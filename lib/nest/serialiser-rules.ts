import type { HasRules } from '../core/values/class-facts.js';

/** What is read of class-transformer's registry: for each kind of rule, the classes that have one. */
type Registry = Readonly<Record<string, unknown>>;

/** `@Type` counts too: it applies the rules of a class to what is a plain object. */
const KINDS = ['_excludeMetadatas', '_exposeMetadatas', '_transformMetadatas', '_typeMetadatas'] as const;

/** The file where class-transformer keeps its rules; its entry does not show them. */
const STORAGE = 'class-transformer/cjs/storage.js';

/**
 * Whether class-transformer has rules for a class, such as `@Exclude()`: instances that came back as plain objects
 * would escape them in `ClassSerializerInterceptor`. Answers `undefined` where the package is not installed, or has
 * been bundled into the application.
 */
export async function loadSerialiserRules(
  load = (path: string): Promise<unknown> => import(path),
): Promise<HasRules | undefined> {
  const registry = await load(STORAGE).then(registryIn, () => undefined);
  if (registry === undefined) return undefined;
  const kinds = KINDS.map((kind) => registry[kind]).filter((map) => map instanceof Map);
  return (constructor) => kinds.some((map) => map.has(constructor));
}

function registryIn(loaded: unknown): Registry | undefined {
  const { default: whole, defaultMetadataStorage = (whole as Registry | undefined)?.['defaultMetadataStorage'] } =
    loaded as { default?: unknown; defaultMetadataStorage?: unknown };
  return defaultMetadataStorage as Registry | undefined;
}
