import { amount, label, ratioOf, table, withSpread } from './format.mjs';

/** One experiment with the spread of every ratio, for the terminal. */
export function printed({ title, unit, rows }) {
  const lines = rows.map((row) => {
    const cost = amount(row.perOp, unit).padStart(9);
    const cpu = row.cpuPerOp === undefined ? '' : `   CPU ${amount(row.cpuPerOp, 'ns')}`;
    return `  ${label(row.name).padEnd(38)} ${cost}   ${withSpread(ratioOf(row, unit)).padEnd(18)}${cpu}`.trimEnd();
  });
  return [title, ...lines].join('\n');
}

/** What the functions of a profile take of its time, and of what it allocates. */
export function printedProfile({ title, time, heap }) {
  const line = ({ name, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`;
  return [
    `${title}: ${amount(time.perOp, 'ns')}`,
    ...time.top.map(line),
    `  allocates ${Math.round(heap.bytesPerOp)} B`,
    ...heap.top.map(line),
  ].join('\n');
}

/** The experiments of one table side by side. */
export function pivots(results) {
  const names = new Set(results.map((one) => one.table));
  return Array.from(names, (name) => ({ name, markdown: pivot(results.filter((one) => one.table === name)) }));
}

function pivot(columns) {
  const names = [...new Set(columns.flatMap(({ rows }) => rows.map((row) => row.name)))];
  const cells = names.map((name) => [label(name), ...columns.map((column) => cell(column, name))]);
  return table(['', ...columns.map(({ column }) => column)], cells);
}

function cell({ rows, unit }, name) {
  const row = rows.find((one) => one.name === name);
  return row === undefined ? '' : `${amount(row.perOp, unit)} · ${ratioOf(row, unit).median.toFixed(2)}`;
}
