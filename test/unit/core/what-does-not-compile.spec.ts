import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = process.cwd();

interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
/**
 * Where entries are handed out, and where what happens is counted and told. To check the whole library takes too long.
 */
const LOOKED_AT = /^lib\/(?:core\/(?:stores|access|support)|hooks)\//;
const unchanged = new Map<string, ts.SourceFile | undefined>();

/** The files of which the compiler complains when the library has this change, told from what stands on the disk. */
function refusing({ file, from, to }: Change): string[] {
  const changed = join(ROOT, file);
  const source = readFileSync(changed, 'utf8');
  if (!source.includes(from)) throw new Error(`${file} does not contain ${JSON.stringify(from)}`);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, languageVersion, ...rest) => {
    if (path === changed) return ts.createSourceFile(path, source.replace(from, to), languageVersion);
    if (!unchanged.has(path)) unchanged.set(path, getSourceFile(path, languageVersion, ...rest));
    return unchanged.get(path);
  };
  const roots = ['lib/core/compose-cache.ts', 'lib/hooks/nest-logger.hooks.ts'].map((path) => join(ROOT, path));
  const program = ts.createProgram(roots, { ...options, noEmit: true }, host);
  const files = program
    .getSourceFiles()
    .filter(({ fileName }) => LOOKED_AT.test(relative(ROOT, fileName)))
    .filter((each) => program.getSemanticDiagnostics(each).length > 0);
  return files.map(({ fileName }) => relative(ROOT, fileName)).toSorted();
}

const STORES = 'lib/core/stores';
const OUTCOMES = 'lib/contracts/outcomes.ts';
const HOOKS = 'lib/contracts/hooks.ts';

describe('what the compiler refuses', () => {
  it('is nothing of the library as it stands', () => {
    expect(refusing({ file: OUTCOMES, from: '', to: '' })).toEqual([]);
  }, 120_000);

  it.each<Change & { readonly hit: string }>([
    {
      hit: 'of stores that are asked one after the other',
      file: `${STORES}/separate-stores-backend.ts`,
      from: 'return this.check.judge(key, opened, reading, clock);\n  }\n\n  //',
      to: 'return opened;\n  }\n\n  //',
    },
    {
      hit: 'whose generation came later',
      file: `${STORES}/separate-stores-backend.ts`,
      from: 'const found = this.check.judge(key, opened, current, undefined);',
      to: 'const found = [opened, current][0] as ParsedEntry<P>;',
    },
    {
      hit: 'of many keys',
      file: `${STORES}/separate-stores-backend.ts`,
      from: '(reading, key, i) => this.judge(key, found[i] as ParsedEntry<P>, reading, clock),',
      to: '(_reading, _key, i) => found[i] as ParsedEntry<P>,',
    },
    {
      hit: 'that a read lease does not stand for',
      file: `${STORES}/near-lease.ts`,
      from: 'const vouchedFor = opened instanceof Miss ? undefined : vouched(this, key, opened);',
      to: 'const vouchedFor = opened instanceof Miss ? undefined : opened;',
    },
    {
      hit: 'that was found in no cell',
      file: `${STORES}/cell-backend.ts`,
      from: 'this.sharedAnswer(cell)',
      to: 'this.sharedAnswer({ payload: undefined as V, stamp: undefined, tags: undefined, isReadOften: false, plan: undefined, answer: undefined })',
    },
    {
      hit: 'of one server that has both halves',
      file: `${STORES}/atomic-backend.ts`,
      from: 'return this.check.judge(key, found, reading, clock);',
      to: 'return found;',
    },
    {
      hit: 'of the check itself',
      file: `${STORES}/entry-check.ts`,
      from: 'if (current !== undefined) return this.judgeTags(key, current, clock);',
      to: 'return opened;',
    },
    {
      hit: 'whose tags were not looked at',
      file: `${STORES}/entry-check.ts`,
      from: 'if (refusal === undefined) return passed(current, refusal);',
      to: 'return current;',
    },
    {
      hit: 'whose tags have something against it',
      file: `${STORES}/entry-check.ts`,
      from: 'if (refusal === undefined) return passed(current, refusal);',
      to: 'return passed(current, refusal);',
    },
    {
      hit: 'of a bulk frame',
      file: `${STORES}/bulk-frames.ts`,
      from: 'const current = prove(reading, member);',
      to: 'const current = member;',
    },
    {
      hit: 'near, in front of another tier',
      file: `${STORES}/tiered-backend.ts`,
      from: 'const found = this.near.decode(key, near);',
      to: 'const found = this.near.decode(key, { gen: 1, payload: undefined as V });',
    },
    {
      hit: 'behind a tier in process',
      file: `${STORES}/tiered-backend.ts`,
      from: 'const found = this.far.decode(key, opened);',
      to: 'const found = this.far.decode(key, { gen: opened.gen, payload: opened.payload });',
    },
  ])(
    'is a hit without a check: $hit',
    (change) => {
      expect(refusing(change)).toEqual([change.file]);
    },
    120_000,
  );

  it.each<Change & { readonly list: string; readonly at: readonly string[] }>([
    {
      list: 'reason of a miss',
      file: OUTCOMES,
      from: 'MISS_REASONS = [',
      to: "MISS_REASONS = ['new', ",
      at: [`${STORES}/miss.ts`],
    },
    {
      list: 'reason why an entry is unusable',
      file: OUTCOMES,
      from: 'UNUSABLE_REASONS = [',
      to: "UNUSABLE_REASONS = ['new', ",
      at: [`${STORES}/miss.ts`],
    },
    {
      list: 'outcome of a fill',
      file: OUTCOMES,
      from: 'SET_OUTCOMES = [',
      to: "SET_OUTCOMES = ['new', ",
      at: ['lib/core/access/bulk-fill.ts'],
    },
    {
      list: 'event that is in no list',
      file: HOOKS,
      from: "  | { readonly type: 'clear'; readonly namespace: string }",
      to: "  | { readonly type: 'clear' | 'new'; readonly namespace: string }",
      at: ['lib/core/support/reporter.ts', 'lib/hooks/nest-logger.hooks.ts'],
    },
    {
      list: 'counter',
      file: 'lib/contracts/stats.ts',
      from: '  readonly clears: number;',
      to: '  readonly clears: number;\n  readonly more: number;',
      at: ['lib/core/support/reporter.ts'],
    },
  ])(
    'is a new $list, until whatever depends on it has a say',
    ({ at, ...change }) => {
      expect(refusing(change)).toEqual(at);
    },
    120_000,
  );
});
