import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const HELP = `npm run bench -- [options]
  --only <text>   only experiments whose title has this text, in any case; may be given more than once
  --quick         everything, with too few rounds to judge by: shows that it runs
  --json <file>   writes every result there too
  --write         writes the tables and the chart into docs/
  --profile       prints where the time of hits goes, instead of measuring them
  --list          prints the titles`;

/** @throws {Error} for what is no option */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.write && (values.quick || values.only.length > 0)) {
    throw new Error('--write documents a whole run: leave out --quick and --only.');
  }
  return {
    ...values,
    json: values.json === undefined ? undefined : resolve(values.json),
    command: ['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' '),
  };
}
