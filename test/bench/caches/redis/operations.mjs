export const TTL_MS = 600_000;

/** The operations that every peer has, in terms of its own `get`, `set`, `wrap` and `drop`. */
export function operations(entries, { get, set, wrap, drop, close }) {
  const keys = entries.map(([key]) => key);
  const values = entries.map(([, value]) => value);
  const store = async () => {
    for (const [key, value] of entries) await set(key, value);
  };
  let fresh = 0;
  return {
    hit: { before: store, run: async (i) => (await get(keys[i % keys.length])).id },
    'miss and fill, new key': { run: async (i) => (await wrap(`new:${fresh++}`, values[i % values.length])).id },
    set: {
      run: async (i) => {
        const at = i % keys.length;
        await set(keys[at], values[at]);
        return at;
      },
    },
    invalidate: {
      before: store,
      run: async (i) => {
        await drop(keys[i % keys.length]);
        return 1;
      },
    },
    close,
  };
}
