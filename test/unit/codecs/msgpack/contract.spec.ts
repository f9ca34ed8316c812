import { MsgpackCodec } from '../../../../lib/codecs/msgpack.codec.js';
import { describeCodecContract } from '../../../support/codec-contract.js';
import { LOSSY, PLAIN, RICH, UNSTORABLE, WIDE } from '../../../support/codec-samples.js';

describeCodecContract('MsgpackCodec', {
  make: () => new MsgpackCodec(),
  keepsClasses: false,
  carries: [...PLAIN, ...WIDE, ...RICH, ...LOSSY],
  refuses: [
    ...UNSTORABLE,
    { what: 'a URL', make: () => ({ url: new URL('https://secret.example') }) },
    { what: 'a boxed number', make: () => ({ boxed: new Number(1) }) },
    {
      what: 'more than 1000 objects in each other',
      make: () => {
        let deep: unknown = 'secret';
        for (let i = 0; i < 1001; i++) deep = [deep];
        return deep;
      },
    },
  ],
  tells: { trailing: true, truncated: true },
});
