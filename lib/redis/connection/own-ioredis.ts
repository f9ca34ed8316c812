import { CasMissingPeerError } from '../../errors.js';
import { requireIoredis } from './require-ioredis.cjs';

/**
 * The ioredis to make clients with, where no client was given. Loaded here only: a client of another copy, or of a fork
 * such as iovalkey, brings its own classes.
 *
 * @throws CasMissingPeerError when it is not installed
 */
export function ownIoredis(load = requireIoredis): ReturnType<typeof requireIoredis> {
  try {
    return load();
  } catch (cause) {
    if (!isMissingIoredis(cause)) throw cause;
    throw new CasMissingPeerError(
      'ioredis',
      'Redis was given by options or a URL, and ioredis is not installed: npm install ioredis, or give a client (of iovalkey, say)',
      { cause },
    );
  }
}

/** Another module that is missing is a fault of the installation, and says so itself. */
function isMissingIoredis(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { code } = cause as { code?: unknown };
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && /['"]ioredis['"]/.test(cause.message);
}
