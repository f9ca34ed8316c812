import { randomBytes } from 'node:crypto';

/** Names one holder of a lease. 96 bits, in an alphabet without the separators of an open cell. */
export function randomToken(): string {
  return randomBytes(12).toString('base64url');
}
