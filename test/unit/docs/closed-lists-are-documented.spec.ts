import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CACHE_EVENT_TYPES, CACHE_OPERATIONS } from '../../../lib/contracts/hooks.js';
import { MISS_REASONS, SET_OUTCOMES, STALE_REASONS } from '../../../lib/contracts/outcomes.js';
import { Reporter } from '../../../lib/core/support/reporter.js';

const page = readFileSync(join(process.cwd(), 'docs/observability.md'), 'utf8');
/** Without the namespace and whether it is enabled, which the page names below the counters. */
const {
  namespace: _,
  enabled: __,
  ...counters
} = new Reporter('ns', []).stats({
  enabled: true,
  breakerOpen: false,
  readLeases: undefined,
  pendingInvalidations: { keys: 0, tags: 0, oldestMs: 0, wholeNamespace: false },
});

describe('docs/observability.md', () => {
  it.each([
    ['reason', MISS_REASONS],
    ['outcome', SET_OUTCOMES],
    ['event', CACHE_EVENT_TYPES],
    ['count', Object.keys(counters)],
  ])('has a row for every %s, and for nothing else', (column, names: readonly string[]) => {
    expect(new Set(rowsOf(column).map(nameOf))).toEqual(new Set(names));
  });

  it.each([
    ['operation', 'event', 'fault', CACHE_OPERATIONS],
    ['reason of a stale hit', 'event', 'stale', STALE_REASONS],
    ['reason of a stale hit', 'count', 'stale', STALE_REASONS],
  ])('names every %s in the %s `%s`', (_what, column, row, names: readonly string[]) => {
    const text = rowsOf(column).find((line) => nameOf(line) === row) ?? '';

    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

/** The rows of the table whose first column has this heading. */
function rowsOf(column: string): string[] {
  const lines = page.split('\n');
  const rows = lines.slice(lines.findIndex((line) => line.startsWith(`| ${column} `)) + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return end === -1 ? rows : rows.slice(0, end);
}

function nameOf(row: string): string | undefined {
  return /^\| `([^`]+)`/.exec(row)?.[1];
}
