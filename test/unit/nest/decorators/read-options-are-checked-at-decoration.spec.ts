import { describe, expect, it } from '@jest/globals';
import { CasCached, CasConfigError, CasTtlError } from 'nestjs-cascache';

type Loose = (options?: object) => (target: unknown, name: unknown, descriptor?: PropertyDescriptor) => void;

class Repository {
  async find(): Promise<void> {}
}

const decorated = (options: object) => () => {
  const descriptor = { configurable: true, writable: true, value: async () => undefined };
  (CasCached as unknown as Loose)(options)(Repository.prototype, 'find', descriptor);
};

describe('a decorator that reads through refuses at decoration, naming class and method,', () => {
  it.each(['ttl', 'fresh', 'negativeTtl', 'softTimeout', 'loadTimeout', 'stampedeWait', 'requestAge'])(
    'a %s that is no duration',
    (option) => {
      for (const duration of [0, -1, Number.NaN, 'soon']) {
        expect(decorated({ [option]: duration })).toThrow(CasTtlError);
        expect(decorated({ [option]: duration })).toThrow(`${option} of Repository.find: `);
      }
    },
  );

  it.each<[string, unknown]>([
    ['jitter', 2],
    ['jitter', -0.1],
    ['jitter', '0.1'],
    ['earlyRefresh', 0],
    ['earlyRefresh', 1.5],
    ['staleIfError', 'yes'],
    ['stampede', 'cluster'],
    ['consistency', 'eventual'],
  ])('%s: %p', (option, value) => {
    expect(decorated({ [option]: value })).toThrow(CasConfigError);
    expect(decorated({ [option]: value })).toThrow(`${option} of Repository.find: `);
  });

  it('a condition that is no function', () => {
    expect(decorated({ when: true })).toThrow('when of Repository.find: give a function');
    expect(decorated({ unless: 'null' })).toThrow('unless of Repository.find: give a function');
  });

  it('an option that does not exist, and says which there are', () => {
    expect(decorated({ tll: '5m' })).toThrow(CasConfigError);
    expect(decorated({ tll: '5m' })).toThrow('@CasCached on Repository.find has no option "tll": there are key, ');
    expect(decorated({ signal: AbortSignal.abort() })).toThrow('has no option "signal"');
  });

  it('but not an option that is undefined', () => {
    expect(decorated({ ttl: undefined, jitter: undefined, consistency: undefined, tll: undefined })).not.toThrow();
  });
});
