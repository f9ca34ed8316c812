/** Lines for whoever runs the tests, printed in one piece: jest would put the place of the call above each line. */
export function print(title: string, rows: readonly (readonly string[])[]): void {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const aligned = Array.from({ length: columns }, (_, i) => align(rows.map((row) => row[i] ?? '')));
  const lines = rows.map((_, line) => `  ${aligned.map((column) => column[line]).join('  ')}`.trimEnd());
  process.stdout.write(`\n${title}\n${lines.join('\n')}\n`);
}

/** Numbers to the right, words to the left. */
function align(cells: readonly string[]): string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  const numbers = cells.slice(1).every((cell) => /^[\d,]+$/.test(cell));
  return cells.map((cell) => (numbers ? cell.padStart(width) : cell.padEnd(width)));
}

export function count(number: number): string {
  return number.toLocaleString('en');
}
