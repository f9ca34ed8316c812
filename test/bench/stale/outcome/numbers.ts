export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function ascending(numbers: readonly number[]): Float64Array {
  return Float64Array.from(numbers).toSorted();
}

/** NaN of nothing. */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(ascending(numbers), 0.5);
}
