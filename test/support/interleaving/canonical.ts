import { GENERATION_MARK, TOKEN_MARK } from './texts.js';

/** One process, or one actor who lives in none. */
export interface Place {
  /** The numbers of the actors, in the order of their seats. */
  readonly actors: readonly number[];
  /** Places of the same kind may be taken for each other. */
  readonly kind: string;
  readonly text: string;
}

/** Around the members of a set, of which the order means nothing, and between them. */
const [SET_BEGIN, SET_NEXT, SET_END] = ['\u0003', '\u0004', '\u0005'];
const MARKED = new RegExp(`${GENERATION_MARK}(\\d+);|${TOKEN_MARK}token(\\d+)x(\\d+);`, 'g');
const SETS = new RegExp(`${SET_BEGIN}([^${SET_END}]*)${SET_END}`, 'g');

export function setText(members: readonly string[]): string {
  return `${SET_BEGIN}${members.join(SET_NEXT)}${SET_END}`;
}

/** The same text for states that differ only in which generation is which, and which of several processes of a kind. */
export function canonical(places: readonly Place[], surroundings: string): string {
  const bare = places
    .map((place) => ({ place, bare: `${place.kind}\n${place.text.replace(MARKED, '')}` }))
    .toSorted((one, other) => (one.bare < other.bare ? -1 : one.bare > other.bare ? 1 : 0));
  let least: string | undefined;
  for (const order of ordersOfEquals(bare)) {
    const text = renamed(order, surroundings);
    if (least === undefined || text < least) least = text;
  }
  return least ?? surroundings;
}

function renamed(order: readonly Place[], surroundings: string): string {
  const generations = new Map<string, number>();
  const seats = new Map<number, string>();
  order.forEach(({ actors }, at) => actors.forEach((actor, seat) => seats.set(actor, `${at}.${seat}`)));
  const text = `${order.map(({ kind, text: own }) => `${kind}\n${own}`).join('\n')}\n${surroundings}`;
  return text
    .replace(MARKED, (_, generation: string | undefined, actor: string, count: string) => {
      if (generation === undefined) return `token ${seats.get(Number(actor)) ?? actor} ${count}`;
      const name = generations.get(generation) ?? generations.size + 1;
      generations.set(generation, name);
      return `g${name}`;
    })
    .replace(SETS, (_, members: string) => members.split(SET_NEXT).toSorted().join(' & '));
}

/** Every order of the places in which those whose bare texts are equal take each other's turn. */
function ordersOfEquals(sorted: readonly { readonly place: Place; readonly bare: string }[]): Place[][] {
  let orders: Place[][] = [[]];
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to]?.bare === sorted[from]?.bare) to++;
    const mixed = permutations(sorted.slice(from, to).map(({ place }) => place));
    orders = orders.flatMap((order) => mixed.map((some) => [...order, ...some]));
    from = to;
  }
  return orders;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}
