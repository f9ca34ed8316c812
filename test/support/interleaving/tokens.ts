import type { Stage } from './stage.js';
import { tokenName } from './texts.js';

/** Names writers by the actor who is on, so that it can be told whether he still is. */
export function tokensOf(stage: Stage): () => string {
  let count = 0;
  return () => tokenName(stage.onNow, count++);
}
