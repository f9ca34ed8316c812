import type { HistoryRecord } from '../contracts/history.js';

/** Without keys and tags. */
export function historyInWords(records: readonly HistoryRecord[]): string {
  return records.map(recordInWords).join('; ') || 'nothing';
}

function recordInWords(record: HistoryRecord): string {
  const at = new Date(record.at).toISOString();
  if (record.type === 'miss' || record.type === 'heal') return `${at} ${record.type} ${record.reason}`;
  return `${at} ${record.type}${record.type === 'fill' ? ` ${record.outcome}` : ''}`;
}
