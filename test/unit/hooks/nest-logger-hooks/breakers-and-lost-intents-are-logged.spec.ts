import { describe, expect, it } from '@jest/globals';
import { Log } from '../../../support/nest/log.js';

const OPENED = 'failed repeatedly: reads go to the source at once, until a probe is answered';
const CLOSED = 'answered a probe: reads use the cache again';
const LOST =
  'ran out or was lost before the write had ended: until its invalidation readers may have been served the old value';

describe('NestLoggerHooks: a breaker', () => {
  const tell = (log: Log, open: boolean, part?: string): void =>
    log.hooks.onEvent({ type: 'breaker', namespace: 'user', open, part });

  it('that opens is a warning that says what it means, one that closes is not', () => {
    const log = new Log();
    tell(log, true);
    tell(log, false);
    expect(log.lines).toEqual([`warn user: the stores ${OPENED}`, `log user: the stores ${CLOSED}`]);
  });

  it('of a part names the part', () => {
    const log = new Log();
    tell(log, true, '127.0.0.1:7001');
    tell(log, true, '127.0.0.1:7002');
    tell(log, false, '127.0.0.1:7001');
    expect(log.lines).toEqual([
      `warn user: the part 127.0.0.1:7001 of the stores ${OPENED}`,
      `warn user: the part 127.0.0.1:7002 of the stores ${OPENED}`,
      `log user: the part 127.0.0.1:7001 of the stores ${CLOSED}`,
    ]);
  });

  it('that flutters is one pair of lines in a while, and the last line is never one too many or too few', () => {
    const log = new Log();
    for (log.now = 0; log.now < 12_000; log.now += 3_000) {
      tell(log, true);
      tell(log, false);
    }
    tell(log, true);
    expect(log.lines).toHaveLength(3);
    expect(log.lines[2]).toBe(`warn user: the stores ${OPENED} (and 3 more of this kind since the last such line)`);
    log.now += 5_000;
    tell(log, false);
    expect(log.lines[3]).toBe(`log user: the stores ${CLOSED}`);
  });
});

describe('NestLoggerHooks: a lost intent', () => {
  const tell = (log: Log, ...keys: string[]): void =>
    log.hooks.onEvent({ type: 'intent-lost', namespace: 'user', keys });

  it('is a warning that says what it means, with the key redacted', () => {
    const log = new Log();
    tell(log, 'user:42');
    expect(log.lines).toEqual([`warn user: the write intent on key #ea3fd43b (7 bytes) ${LOST}`]);
  });

  it('of several keys names one, and how many more', () => {
    const log = new Log();
    tell(log, 'user:42', 'user:43', 'user:44');
    expect(log.lines).toEqual([`warn user: the write intent on key #ea3fd43b (7 bytes) and 2 more ${LOST}`]);
  });

  it('is one line in a while, which says how many it stands for', () => {
    const log = new Log();
    for (const now of [0, 5_000, 9_999, 10_000]) {
      log.now = now;
      tell(log, 'user:42');
    }
    expect(log.lines).toHaveLength(2);
    expect(log.lines[1]).toMatch(/\(and 2 more of this kind since the last such line\)$/);
  });
});
