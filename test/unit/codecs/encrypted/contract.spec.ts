import { CompressedCodec } from '../../../../lib/codecs/compressed.codec.js';
import { EncryptedCodec } from '../../../../lib/codecs/encrypted.codec.js';
import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { describeCodecContract } from '../../../support/codec-contract.js';
import { LARGE, PLAIN, UNSTORABLE } from '../../../support/codec-samples.js';

const options = { keys: { a: Buffer.alloc(32, 1), b: Buffer.alloc(32, 2) }, current: 'b' };

describeCodecContract('EncryptedCodec', {
  make: () => new EncryptedCodec(new MsgpackCodec(), options),
  keepsClasses: false,
  carries: [...PLAIN, ...LARGE],
  refuses: UNSTORABLE,
  tells: { trailing: true, truncated: true },
});

describeCodecContract('EncryptedCodec around CompressedCodec', {
  make: () => new EncryptedCodec(new CompressedCodec(new MsgpackCodec()), options),
  keepsClasses: false,
  carries: PLAIN,
  refuses: UNSTORABLE,
  tells: { trailing: true, truncated: true },
});
