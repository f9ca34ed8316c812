import { describe, expect, it } from '@jest/globals';

import { KeyNames } from '../../../../lib/redis/cells/key-names.js';

const START = 'single:ns:';

describe('the names of keys in Redis', () => {
  it('begin with the prefix', () => {
    const names = new KeyNames('app:', false);
    expect(names.value('single:ns:a')).toBe('app:single:ns:a');
    expect(names.generation('single:ns:a')).toBe('app:gen:{app:single:ns:a}');
  });

  it.each(['', 'app:', '{app}:', 'a{b', 'a}b', '*[?]\\'])(
    'of generations are told from others, with the prefix "%s"',
    (prefix) => {
      const names = new KeyNames(prefix, true);
      for (const key of ['a', '{t}', '}', '{}', 'a{}b{c}', '*']) {
        expect(names.isGenerationOf(names.generation(START + key), START)).toBe(true);
        expect(names.isGenerationOf(names.generation(`single:other:${key}`), START)).toBe(false);
        expect(names.isGenerationOf(`x${names.generation(START + key)}`, START)).toBe(false);
        expect(names.isGenerationOf(names.value(START + key), START)).toBe(false);
        expect(names.isValueOf(names.value(START + key), START)).toBe(true);
        expect(names.isValueOf(names.generation(START + key), START)).toBe(false);
      }
    },
  );

  it('are looked for literally: glob characters stand for themselves', () => {
    const names = new KeyNames('a*b?[c]\\^-', false);
    expect(names.valuePattern('single:n.s:')).toBe('a\\*b\\?\\[c\\]\\\\^-single:n.s:*');
    expect(names.generationPattern('single:n.s:')).toBe('a\\*b\\?\\[c\\]\\\\^-gen:{*single:n.s:*');
  });

  it('are used together always outside of a Cluster', () => {
    expect(new KeyNames('', false).together('single:ns:}')).toBe(true);
    expect(new KeyNames('', true).together('single:ns:}')).toBe(false);
  });
});
