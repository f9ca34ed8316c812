import { BUMP, CLEAR_CELL, EXTEND, OPEN, RELEASE, RENEW, SETTLE, SNAPSHOT } from './scripts.js';
import { READ_OR_ISSUE } from './read-or-issue.js';
import { READ_TIMED, REFUSE_ENTRY, SET_ENTRY, SET_IF, UNLINK_BULK } from './value-scripts.js';

/** What ends a generation or opens a key. */
export const DURABLE = [BUMP, CLEAR_CELL, OPEN, RENEW, SETTLE];
export const ALL = [
  SNAPSHOT,
  READ_OR_ISSUE,
  READ_TIMED,
  SET_IF,
  EXTEND,
  SET_ENTRY,
  REFUSE_ENTRY,
  UNLINK_BULK,
  ...DURABLE,
  RELEASE,
];
