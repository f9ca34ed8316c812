import { describe, expect, it } from '@jest/globals';
import { Packr } from 'msgpackr';
import { CborCodec } from 'nestjs-cascache/codecs/cbor';
import { MsgpackrCodec } from 'nestjs-cascache/codecs/msgpackr';

import { JsonCodec } from '../../../lib/codecs/json.codec.js';
import { MsgpackCodec } from '../../../lib/codecs/msgpack.codec.js';
import type { CasCodec } from '../../../lib/contracts/codec.js';
import { CONTEXT, outcome } from '../../support/codec-contract.js';
import { PLAIN } from '../../support/codec-samples.js';

const OURS = (): CasCodec => new MsgpackCodec();
const MSGPACKR = (): CasCodec => new MsgpackrCodec();
const JSON_CODEC = (): CasCodec => new JsonCodec();
const CBOR = (): CasCodec => new CborCodec();

describe.each<[string, () => CasCodec, string, () => CasCodec]>([
  ['MsgpackCodec', OURS, 'MsgpackrCodec', MSGPACKR],
  ['MsgpackrCodec', MSGPACKR, 'MsgpackCodec', OURS],
  ['MsgpackrCodec', MSGPACKR, 'JsonCodec', JSON_CODEC],
  ['MsgpackrCodec', MSGPACKR, 'CborCodec', CBOR],
  ['JsonCodec', JSON_CODEC, 'MsgpackrCodec', MSGPACKR],
])('%s', (_, reads, writer, writes) => {
  it.each(PLAIN)(`refuses what ${writer} wrote: $what`, ({ make }) => {
    expect(outcome(reads(), Buffer.from(writes().encode(make(), CONTEXT)))).toBe('refused');
  });
});

it.each(PLAIN)('MsgpackrCodec refuses what msgpackr wrote for others: $what', ({ make }) => {
  expect(outcome(new MsgpackrCodec(), new Packr().pack(make()))).toBe('refused');
});
