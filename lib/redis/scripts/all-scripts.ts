import { BUMP, CLEAR_CELL, EXTEND, OPEN, RELEASE, RENEW, SETTLE, SNAPSHOT } from './scripts.js';
import { READ_OR_ISSUE } from './read-or-issue.js';
import { CATCH_UP, CLEAR_TAGS, CLOCK_ALONE, DROP_TAGS, INVALIDATE_TAGS, SNAPSHOT_TAGS } from './tag-scripts.js';
import { READ_TIMED, REFUSE_ENTRY, SET_ENTRY, SET_IF, UNLINK_BULK } from './value-scripts.js';

/** What ends a generation, or entries by their tags, or opens a key. */
export const DURABLE = [BUMP, CLEAR_CELL, OPEN, RENEW, SETTLE, INVALIDATE_TAGS, CLEAR_TAGS, CLOCK_ALONE];
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
  SNAPSHOT_TAGS,
  CATCH_UP,
  DROP_TAGS,
];
