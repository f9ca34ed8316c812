import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CACHE_EVENT_TYPES, CACHE_OPERATIONS } from '../../../lib/contracts/hooks.js';
import { MISS_REASONS, SET_OUTCOMES, STALE_REASONS } from '../../../lib/contracts/outcomes.js';
import { Reporter } from '../../../lib/core/support/reporter.js';

const page = readFileSync(join(process.cwd(), 'docs/observability.md'), 'utf8');
const stats = Object.keys(
  new Reporter('ns', []).stats({
    enabled: true,
    breakerOpen: false,
    pendingInvalidations: { keys: 0, oldestMs: 0, wholeNamespace: false },
  }),
);

describe('docs/observability.md', () => {
  it.each([
    ['reason of a miss', MISS_REASONS],
    ['reason of a stale hit', STALE_REASONS],
    ['outcome of a fill', SET_OUTCOMES],
    ['event', CACHE_EVENT_TYPES],
    ['operation', CACHE_OPERATIONS],
    ['counter', stats],
  ])('names every %s', (_, names: readonly string[]) => {
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
