export function median(samples) {
  return quantile(samples, 0.5);
}

/** Linear between the two samples around it. */
export function quantile(samples, share) {
  const sorted = Float64Array.from(samples).toSorted();
  if (sorted.length === 0) return Number.NaN;
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  return below + (above - below) * (place - Math.floor(place));
}

/** The median and the quartiles around it. */
export function spread(samples) {
  return { median: median(samples), low: quantile(samples, 0.25), high: quantile(samples, 0.75) };
}
