// What an `application.ts` process loads in place of something else.
const CLIENT = new URL(`clients/${process.env.PRIVACY_CLIENT}/package.json`, import.meta.url).href;
const HIDING = 'this.args = NO_ARGUMENTS;';

/** The library finds the ioredis of the client under test, as it does in an application that has installed that one. */
export function resolve(specifier, context, next) {
  return next(specifier, specifier === 'ioredis' ? { ...context, parentURL: CLIENT } : context);
}

/** The broken variant: commands show their arguments, as plain ones do. */
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (process.env.PRIVACY_PLAIN !== '1' || !url.endsWith('/scripts/veiled-command.ts')) return loaded;
  const source = String(loaded.source);
  if (!source.includes(HIDING)) throw new Error('what hides the arguments is not where it was');
  return { ...loaded, source: source.replaceAll(HIDING, '') };
}
