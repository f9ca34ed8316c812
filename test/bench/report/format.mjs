/** A time, a rate or a size as a person reads it. `perOp` is nanoseconds, or bytes where the unit says so. */
export function amount(perOp, unit) {
  if (unit === 'bytes') return `${Math.round(perOp)} B`;
  if (unit === 'rate') return `${thousands(1e9 / perOp)}/s`;
  return perOp < 1_000 ? `${digits(perOp)} ns` : `${digits(perOp / 1_000)} µs`;
}

/** To the baseline. Of a rate: how much faster, else: how much dearer. */
export function ratioOf({ ratio }, unit) {
  if (unit !== 'rate') return ratio;
  return { median: 1 / ratio.median, low: 1 / ratio.high, high: 1 / ratio.low };
}

export function digits(number) {
  return number >= 100 ? number.toFixed(0) : number.toFixed(number >= 10 ? 1 : 2);
}

export function withSpread({ median, low, high }) {
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function thousands(number) {
  return number >= 10_000 ? `${Math.round(number / 1_000)}k` : `${(number / 1_000).toFixed(1)}k`;
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

/** What readers see of a contender's name in the code. */
export function label(name) {
  return name.replace(/^ours\b,? ?/, 'nestjs-cascache, ').replace(/, $/, '');
}
