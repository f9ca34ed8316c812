import { amount, label, ratioOf, table, withSpread } from './format.mjs';

/** One experiment with the spread of every ratio, for the terminal. */
export function printed({ title, unit, rows }) {
  const lines = rows.map((row) => {
    const cost = amount(row.perOp, unit).padStart(9);
    return `  ${label(row.name).padEnd(36)} ${cost}   ${withSpread(ratioOf(row, unit))}`;
  });
  return [title, ...lines].join('\n');
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
