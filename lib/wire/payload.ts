import { constants } from 'node:buffer';
import { isUint8Array } from 'node:util/types';
import { CasEncodeError } from '../errors.js';
import { MAX_PAYLOAD_BYTES } from './layout.js';

/** The length of a payload that a frame can carry. */
export function payloadBytes(payload: Uint8Array): number {
  if (!isUint8Array(payload)) {
    throw new CasEncodeError(
      `A payload is a Uint8Array, and this is of type ${typeof payload}: encode the value first.`,
    );
  }
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new CasEncodeError(`A payload of ${payload.length} bytes does not fit a frame: at most 2^32-1 bytes do.`);
  }
  return payload.length;
}

/** Refuses a frame that this version of Node has no buffer for. */
export function assertFrameBytes(bytes: number): void {
  if (bytes <= constants.MAX_LENGTH) return;
  throw new CasEncodeError(
    `A frame of ${bytes} bytes is more than this version of Node can allocate (${constants.MAX_LENGTH}): cache less in one entry.`,
  );
}
