import type { Part, Step } from './step.js';

/** The steps that were announced and not carried out yet, in the order in which they were announced. */
export class Announced {
  private steps: Step[] = [];

  get all(): readonly Step[] {
    return this.steps;
  }

  add(step: Step): void {
    this.steps.push(step);
  }

  remove(step: Step): void {
    this.steps.splice(this.steps.indexOf(step), 1);
  }

  clear(): void {
    this.steps = [];
  }

  of(part: Part): Step[] {
    return this.steps.filter((step) => step.part === part);
  }

  /** What is on its way to a place, and its actor waits for. */
  sentTo(place: string): Step[] {
    return this.steps.filter(({ adrift, name }) => !adrift && name.remote === true && name.place === place);
  }

  /**
   * What had been sent from a process that died is adrift. Its other steps die with it, those of finished actors too.
   */
  die(process: number): void {
    const dies = ({ actor, state }: Part): boolean => state === 'dead' || actor.process === process;
    this.steps = this.steps.filter(({ part, name }) => !dies(part) || name.remote === true);
    for (const step of this.steps) if (dies(step.part)) step.adrift = true;
  }

  /** What is adrift, of an actor and on its way to a place, will never be carried out. */
  dropAdrift(actor: number, place: string): void {
    this.steps = this.steps.filter(({ part, name, adrift }) => {
      return !adrift || part.number !== actor || name.place !== place;
    });
  }

  /** Nothing that was on its way to the place will be carried out. */
  dropAll(place: string): void {
    this.steps = this.steps.filter(({ name }) => name.place !== place);
  }
}
