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

  it.each(['', 'app:', '{app}:', 'a}b', '*[?]\\', 'clock:', '{'])(
    'of what is kept of tags are told from others, with the prefix "%s"',
    (prefix) => {
      const names = new KeyNames(prefix, true);
      for (const namespace of ['t', 'a.b_c-D', 'x'.repeat(64)]) {
        const cells = [names.tagClock(namespace), names.tagTable(namespace)];
        expect(new Set(cells).size).toBe(2);
        for (const name of cells) {
          expect(name.startsWith(prefix)).toBe(true);
          expect(names.isTagCell(name)).toBe(true);
          expect(names.isGenerationOf(name, '')).toBe(false);
          for (const other of [`x${name}`, `${name}x`, name.slice(0, -1), name.replace('}', ':}')]) {
            expect(names.isTagCell(other)).toBe(false);
          }
        }
      }
      for (const other of ['clock:{}', 'tags:t', 'clock:{a:b}', 'clock:{a b}', 'tags:{t}:x', '']) {
        expect(names.isTagCell(prefix + other)).toBe(false);
      }
      expect(names.isTagCell(names.generation(`${START}a`))).toBe(false);
    },
  );

  it('of what is kept of tags are in one slot, unless a prefix with half a tag keeps them apart', () => {
    for (const prefix of ['', 'app:', '{app}:', 'a}b', '}{x}']) {
      expect(new KeyNames(prefix, true).tagsTogether('t')).toBe(true);
    }
    for (const prefix of ['a{b', '{}:', '{}{x}']) {
      expect(new KeyNames(prefix, true).tagsTogether('t')).toBe(false);
      expect(new KeyNames(prefix, false).tagsTogether('t')).toBe(true);
    }
  });

  it('of one prefix are not those of another', () => {
    const [app, other] = [new KeyNames('app:', false), new KeyNames('other:', false)];
    expect(other.isTagCell(app.tagClock('t'))).toBe(false);
    expect(app.tagClock('t')).toBe('app:clock:{app:t}');
    expect(app.tagTable('t')).toBe('app:tags:{app:t}');
  });

  it('are looked for literally: glob characters stand for themselves', () => {
    const names = new KeyNames('a*b?[c]\\^-', false);
    expect(names.valuePattern('single:n.s:')).toBe('a\\*b\\?\\[c\\]\\\\^-single:n.s:*');
    expect(names.generationPattern('single:n.s:')).toBe('a\\*b\\?\\[c\\]\\\\^-gen:{*single:n.s:*');
    expect(names.issuedPattern()).toBe('a\\*b\\?\\[c\\]\\\\^-[gct][ela][nog]*:{*');
  });

  it('are used together always outside of a Cluster', () => {
    expect(new KeyNames('', false).together('single:ns:}')).toBe(true);
    expect(new KeyNames('', true).together('single:ns:}')).toBe(false);
  });
});
