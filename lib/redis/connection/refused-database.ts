/** A connection stands on database 0, and not on the one that was asked for. */
export class RefusedDatabaseError extends Error {}

/**
 * Why a connection whose SELECT was refused must not be used: the keys of another application may be where it stands.
 * ioredis tells the error and goes on.
 *
 * @returns undefined for every other error
 */
export function refusedDatabase(error: Error): RefusedDatabaseError | undefined {
  const { command } = error as { command?: { readonly name?: string } };
  if (command?.name !== 'select' || error.message.startsWith('NOAUTH')) return undefined;
  return new RefusedDatabaseError(
    `it refuses to SELECT the database that was asked for: ${error.message.trim()}. ` +
      'Leave `db` out and give a keyPrefix, or allow the command to the user',
    { cause: error },
  );
}
