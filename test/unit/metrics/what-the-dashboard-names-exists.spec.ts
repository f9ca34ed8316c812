import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CasCacheMetrics } from 'nestjs-cascache/metrics';
import { Registry } from 'prom-client';
import { FAMILIES } from '../../../lib/metrics/families.js';

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const read = (name: string): string => readFileSync(join(process.cwd(), 'docs/grafana', name), 'utf8');
const dashboard = JSON.parse(read('dashboard.json')) as Dashboard;
const register = new Registry();
// Registers them.
const metrics = new CasCacheMetrics({ register });
const known = new Map(
  register.getMetricsAsArray().map((metric) => {
    const { name, labelNames } = metric as unknown as { readonly name: string; readonly labelNames: readonly string[] };
    return [name, labelNames] as const;
  }),
);

/** The metrics that an expression names, each with the labels that it selects or groups by. */
function named(expr: string): { readonly name: string; readonly labels: readonly string[] }[] {
  return [...expr.matchAll(/\b(cascache_\w+)(?:\{([^}]*)\})?/g)].map(([, name = '', selector = '']) => ({
    name: name.replace(/_(bucket|count|sum)$/, ''),
    labels: [...selector.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
  }));
}

const EXPRESSIONS = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...[...read('alerts.yml').matchAll(/alert: (\w+)\n\s+expr: (?:>-\n)?([^]*?)\n\s+(?:for|labels):/g)].map(
    ([, alert = '', expr = '']) => [alert, expr] as const,
  ),
];

describe('the dashboard and the alerts', () => {
  it.each(EXPRESSIONS)('%s names what there is', (_, expr) => {
    const names = named(expr);
    expect(names.length).toBeGreaterThan(0);
    for (const { name, labels } of names) {
      expect([...known.keys()]).toContain(name);
      for (const label of labels) expect(known.get(name)).toContain(label);
    }
    for (const [, group = ''] of expr.matchAll(/by \(([^)]*)\)/g)) {
      const labels = group.split(',').map((label) => label.trim());
      const sources = names.flatMap(({ name }) => [...(known.get(name) ?? []), 'le']);
      for (const label of labels) expect(sources).toContain(label);
    }
  });

  it('together show every metric', () => {
    const shown = new Set(EXPRESSIONS.flatMap(([, expr]) => named(expr).map(({ name }) => name)));
    expect([...known.keys()].filter((name) => !shown.has(name))).toEqual([]);
    expect(known.size).toBe(FAMILIES.length + metrics.events.length);
  });

  it('has six alerts, and a name of no metric would be noticed', () => {
    expect(EXPRESSIONS.filter(([title]) => title.startsWith('Cascache'))).toHaveLength(6);
    expect(named('rate(cascache_nothing_total{a="b"}[5m])')).toEqual([
      { name: 'cascache_nothing_total', labels: ['a'] },
    ]);
    expect(known.has('cascache_nothing_total')).toBe(false);
  });
});
