import type { Library } from '../library.js';
import { OTHERS_FILL, OTHERS_TAG_HELD, OTHERS_TAG_HIT } from '../programs/tags-of-others.js';
import { redis, tiered } from '../topologies/shared.js';
import type { Topology } from '../world.js';
import { instead } from './broken-copy.js';
import type { Mutant } from './mutant.js';

// What of a process without the option beside one that has tags is left out, each a rule.

const NAMESPACE_TAGS = 'core/tags/namespace-tags.ts';

const onRedis = (library: Library): Topology => redis(library, { tags: true, untagged: [1] });

/** Caught by schedules that are drawn, since there are too many to play all. */
export const OF_TAGS_OF_OTHERS_BROKEN: readonly Mutant[] = [
  {
    name: 'a process without the option that reads tagged entries and asks for no clock',
    edits: [
      instead(
        {
          what: 'once a tagged entry was met, entries are checked by their tags',
          file: NAMESPACE_TAGS,
          in: 'NamespaceTags.judge',
          at: { if: ['isOn'] },
        },
        'if (!this.isAsked) return undefined;',
      ),
    ],
    on: onRedis,
    caughtBy: OTHERS_TAG_HIT,
  },
  {
    name: 'what was held near before, and stays',
    edits: [
      instead(
        {
          what: 'what was stored before a tagged entry was met proves nothing',
          file: NAMESPACE_TAGS,
          in: 'NamespaceTags.judge',
          at: { if: ['isOn'] },
        },
        'if (!this.isOn || (!this.isAsked && stamp === undefined)) return undefined;',
      ),
      instead(
        {
          what: 'what is held near goes when a tagged entry is met',
          file: 'core/stores/select-backend.ts',
          in: 'selectBackend',
          at: { call: 'whenMet' },
        },
        'undefined',
      ),
    ],
    on: (library) => tiered(library, { tags: true, untagged: [1] }),
    caughtBy: OTHERS_TAG_HELD,
  },
  {
    name: 'what a process without the option stored, taken for an entry without tags',
    edits: [
      instead(
        {
          what: 'what may lack tags is none for a process that has them',
          file: NAMESPACE_TAGS,
          in: 'NamespaceTags.judge',
          at: { if: ['mayLack'] },
        },
        '',
      ),
    ],
    on: onRedis,
    caughtBy: OTHERS_FILL,
  },
];
