/**
 * Which values of a bulk entry are stored as single entries too, so that reads of one key find them: all of them
 * (`'always'`), none (`'never'`), or those that no current single entry holds (`'missing'`).
 */
export type BulkSeed = 'always' | 'never' | 'missing';
