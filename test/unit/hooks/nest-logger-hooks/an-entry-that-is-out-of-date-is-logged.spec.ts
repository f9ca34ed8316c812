import { expect, it } from '@jest/globals';
import { redactKey } from '../../../../lib/keys/redact-key.js';
import { Log } from '../../../support/nest/log.js';

const MISMATCH = { type: 'mismatch', namespace: 'user', key: 'secret', generation: 7, paths: ['$.name'] } as const;

it('an entry that is out of date is a warning, with its key redacted and what went before', () => {
  const log = new Log();
  const history = [{ at: 0, type: 'fill', outcome: 'stored' }] as const;
  log.hooks.onEvent({ ...MISMATCH, history });
  log.hooks.onEvent({ ...MISMATCH, history });
  expect(log.lines).toEqual([
    `warn user: the entry of key ${redactKey('secret')} is out of date: it differs from the source at $.name, and nothing has invalidated it; seen here: 1970-01-01T00:00:00.000Z fill stored`,
  ]);
});
