import { closedSaver, finder, saver } from '../roles/decorated.js';
import { onlooker } from '../roles/reads.js';
import { cold, warm } from './program.js';

export const DECORATED_FILL = cold(
  'a fill by @CasCached against a @CasInvalidate',
  ['a'],
  finder('a', 0),
  onlooker('a', 1),
  saver('a', 1),
);

export const DECORATED_HIT = warm('a hit of @CasCached against a @CasInvalidate', ['a'], finder('a', 0), saver('a', 1));

export const DECORATED_INTENT = {
  ...cold(
    'a fill by @CasCached against a @CasInvalidate with an intent',
    ['a'],
    finder('a', 0),
    finder('a', 0),
    closedSaver(['a', 'b'], 1),
  ),
  promised: 'G2',
} as const;
