import { amount, label } from './format.mjs';

const WIDTH = 760;
const NAMES = 250;
const BAR = 16;
const GAP = 6;
const PANELS = [
  {
    title: 'in process: get, hot key, 200 B',
    heading: 'A hit in this process, 200 B, one hot key (ns; shorter is better)',
  },
  {
    title: 'on Redis: hit, 200 B, sequential',
    heading: 'A hit on Redis, 200 B, sequential p50 (µs; shorter is better)',
  },
  {
    title: 'on Redis: hit, 200 B, 64 concurrent',
    heading: 'Hits on Redis, 200 B, 64 concurrent (per second; longer is better)',
  },
];
/** Bars of the hits that most people ask about. */
export function chart(results, caption) {
  let y = 10;
  const parts = [];
  for (const { title, heading } of PANELS) {
    const experiment = results.find((one) => one.title === title);
    if (experiment === undefined) continue;
    // The hits of cacheable never leave the process: it has no place among those of Redis.
    const rows = experiment.rows.filter(({ name }) => name !== 'cacheable');
    parts.push(text(10, y + 16, heading, 'font-weight="600"'));
    y += 28;
    const lengths = rows.map(({ perOp }) => (experiment.unit === 'rate' ? 1 / perOp : perOp));
    const longest = Math.max(...lengths);
    rows.forEach(({ name, perOp }, i) => {
      const length = Math.max(1, (lengths[i] / longest) * (WIDTH - NAMES - 90));
      parts.push(
        text(NAMES - 8, y + 12, label(name), 'text-anchor="end"'),
        `<rect x="${NAMES}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${colour(name)}"/>`,
        text(NAMES + length + 6, y + 12, amount(perOp, experiment.unit)),
      );
      y += BAR + GAP;
    });
    y += 14;
  }
  parts.push(text(10, y + 10, caption, 'fill="#57606a"'));
  const height = y + 24;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#1f2328">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function colour(name) {
  if (name.startsWith('ours')) return '#0969da';
  return name.startsWith('ioredis') ? '#6e7781' : '#b7bec7';
}

function text(x, y, content, attributes = '') {
  return `<text x="${Math.round(x)}" y="${y}" ${attributes}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}
