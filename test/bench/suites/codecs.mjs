import { JsonCodec, MsgpackCodec } from '../../../dist/esm/index.js';
import { MsgpackrCodec } from '../../../dist/esm/codecs/msgpackr.codec.js';
import { race } from '../measure/race.mjs';
import { timedSlice } from '../measure/slices.mjs';
import { SIZES } from '../measure/values.mjs';

const CODECS = { MsgpackCodec, MsgpackrCodec, JsonCodec };
const rows = () => Array.from({ length: 100 }, (_, id) => SIZES['200 B'](id));
const VALUES = { '200 B': () => SIZES['200 B'](1), '5 KB': () => SIZES['5 KB'](1), '100 rows of 200 B': rows };
const CONTEXT = { storageKey: 'single:bench:42' };

const OPERATIONS = {
  encode: (codec, value) => () => codec.encode(value, CONTEXT),
  decode: (codec, value) => {
    const bytes = codec.encode(value, CONTEXT);
    return () => codec.decode(bytes, CONTEXT);
  },
};

function entrant(name, make, prepare) {
  const step = prepare(new CODECS[name](), make());
  const run = (count) =>
    timedSlice(() => {
      for (let i = 0; i < count; i++) step();
      return count;
    }, count);
  return { name, run };
}

const times = Object.entries(OPERATIONS).flatMap(([operation, prepare]) =>
  Object.entries(VALUES).map(([column, make]) => ({
    table: `codecs: ${operation}`,
    column,
    unit: 'ns',
    run: ({ inProcess: pace }) =>
      race(
        Object.keys(CODECS).map((name) => entrant(name, make, prepare)),
        pace,
      ),
  })),
);

const bytes = Object.entries(VALUES).map(([column, make]) => ({
  table: 'codecs: size',
  column,
  unit: 'bytes',
  run: async () => {
    const sizes = Object.entries(CODECS).map(([name, Codec]) => [name, new Codec().encode(make(), CONTEXT).length]);
    const [[, baseline]] = sizes;
    return sizes.map(([name, perOp]) => {
      const ratio = perOp / baseline;
      return { name, perOp, ratio: { median: ratio, low: ratio, high: ratio } };
    });
  },
}));

/** What codecs take of an encoded or decoded value, beside the default one. */
export const codecs = [...times, ...bytes];
