import type { Part, Step } from './step.js';

/**
 * A step that may be taken at once, because it commutes with all that can happen: a search that takes it first finds
 * the same reads and ends as one that tries it at every moment, in fewer schedules.
 *
 * @param beginsApart whether a step from a process may be lost, or outlive its actor, already before it is carried out
 */
export function findHarmless(
  steps: readonly Step[],
  parts: readonly Part[],
  beginsApart: (process: number) => boolean,
): Step | undefined {
  return steps.find((step) => isPrivate(step, steps, parts) || isSpent(step, parts, beginsApart));
}

/**
 * A step inside of a process where no other actor is, and where nothing from outside reaches (of every actor it is
 * known where it lives). It commutes with all that others do, and with the death of the process.
 */
function isPrivate({ part, name }: Step, steps: readonly Step[], parts: readonly Part[]): boolean {
  if (name.remote === true || part.actor.process === undefined) return false;
  const others = parts.filter((other) => other !== part);
  const alone = others.every(({ actor, state }) => {
    if (actor.process === undefined) return false;
    return actor.process !== part.actor.process || state === 'done' || state === 'dead';
  });
  return alone && steps.filter((step) => step.part.actor.process === part.actor.process).length === 1;
}

/** A step that comes to nothing, whenever it is taken. Only its actor may hear of its end. */
function isSpent(
  { part, name, adrift }: Step,
  parts: readonly Part[],
  beginsApart: (process: number) => boolean,
): boolean {
  const { actor } = part;
  if (adrift || actor.goesOn === true || actor.process === undefined || beginsApart(actor.process)) return false;
  return name.isSpent?.() === true && !hasCompany(part, parts);
}

/** Whether others of its process may wait for what the actor does, or come to. */
function hasCompany(part: Part, parts: readonly Part[]): boolean {
  return parts.some(
    (other) =>
      other !== part &&
      other.actor.process === part.actor.process &&
      (other.state === 'waiting' || other.state === 'playing'),
  );
}
