import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { NAMESPACE_TABLE } from '../../../lib/core/options/namespace-options.js';
import { MODULE_TABLE } from '../../../lib/nest/module-options.js';

const readme = readFileSync(join(process.cwd(), 'README.md'), 'utf8');

describe('README.md', () => {
  it.each([
    ['forRoot', Object.keys(MODULE_TABLE)],
    ['forFeature', Object.keys(NAMESPACE_TABLE)],
  ])('has a row for every option of %s, and for nothing else', (taker, names) => {
    expect(new Set(optionsOf(taker))).toEqual(new Set(names));
  });
});

/** The names in the first column of the table below the sentence that begins with `taker`. */
function optionsOf(taker: string): string[] {
  const lines = readme.split('\n');
  const table = lines.slice(lines.findIndex((line) => line.startsWith(`Of \`CasCacheModule.${taker}(`)) + 2);
  const rows = table.slice(2, table.indexOf(''));
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => String(name)));
}
