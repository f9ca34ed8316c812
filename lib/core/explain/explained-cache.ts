import { distinctTags } from '../../keys/assert-tag.js';
import type { Explainer } from './explainer.js';
import type { Explanation, ExplainOptions, TagsExplanation } from './explanation.js';

/** A cache that tells what it knows of a key. */
export abstract class ExplainedCache<V> {
  abstract readonly namespace: string;
  /** @internal */ protected abstract readonly components: { readonly explainer: Explainer<V> };

  /**
   * What there is of a key, and what a read would do now: where its entry is, its generation beside the current one,
   * how long it has, which writers have it open, what is owed, and why a read would miss. `text` has it in a few lines
   * for a log. With the option `history`, also what this process saw of the key lately. Answers within `timeout`, as
   * data, what a store does not tell in `faults`.
   *
   * A look, and no read: it heals, issues, counts and reports nothing, and moves no entry among those that were used
   * lately, but in a store of your own without `inspect`, and in a Redis that evicts by use. It costs two round trips
   * or so, of which one brings the entry as a whole: for people, not for code that runs with every request.
   *
   * @throws CasKeyError
   */
  explain(key: string, options?: ExplainOptions): Promise<Explanation<V>> {
    return this.components.explainer.explain(key, options);
  }

  /**
   * What there is of tags: what their clock reads, and when each was invalidated last.
   *
   * @param tags at most 1,000
   * @throws CasTagError; CasConfigError in a namespace without tags
   */
  async explainTags(tags: string | readonly string[]): Promise<TagsExplanation> {
    return this.components.explainer.explainTags(distinctTags(tags, this.namespace));
  }
}
