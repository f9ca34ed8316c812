import { setText } from './canonical.js';
import type { Stage, Trouble } from './stage.js';
import { actorOf, textOf } from './texts.js';
import type { Exposed, Scene, Troubles } from './world.js';

const LOST = 'The connection was lost.';

type Budget = { -readonly [K in Exclude<keyof Troubles, 'crashes'>]-?: number } & { crashes: number };

/** What may befall a run, at every point of it: as much as its program allows. */
export class TroubleMaker {
  private readonly left: Budget;
  private readonly mortal: readonly number[];
  private readonly stage: Stage;

  constructor(
    private readonly scene: Scene,
    private readonly server: Exposed,
    {
      crashes,
      repeated = 0,
      lost = 0,
      outlasted = 0,
      lostGenerations = 0,
      lostOpenCells = 0,
      lostValues = 0,
      restarts = 0,
    }: Troubles,
  ) {
    this.stage = scene.stage;
    this.mortal = crashes?.of ?? [];
    this.left = {
      crashes: crashes?.most ?? 0,
      repeated,
      lost,
      outlasted,
      lostGenerations,
      lostOpenCells,
      lostValues,
      restarts,
    };
  }

  now(): Trouble[] {
    const { server } = this;
    return [
      ...this.lapses(),
      ...this.each(
        'crashes',
        this.mortal.filter((process) => this.stage.isBusy(process)),
        (process) => trouble(`process ${process}`, 'crash', [], () => this.crash(process)),
      ),
      ...this.each('repeated', this.repeatable(), ({ name: { call, args }, repeat }) =>
        trouble('server', `${call}, a second time`, args, repeat),
      ),
      ...this.each('lost', this.left.lost > 0 ? this.stage.sentTo('server') : [], (step) =>
        trouble('server', `${step.name.call}, lost`, step.name.args, () =>
          this.stage.lose(step, new Error(LOST), !server.changes(step.name)),
        ),
      ),
      ...this.each('lostGenerations', server.plain(), (key) =>
        trouble('server', 'generation lost', [key], () => server.loseCell(key)),
      ),
      ...this.each('lostOpenCells', server.open(), (key) =>
        trouble('server', 'open cell lost', [key], () => server.loseCell(key)),
      ),
      ...this.each('lostValues', server.held(), (key) =>
        trouble('server', 'value lost', [key], () => server.loseValue(key)),
      ),
      ...this.each('restarts', [undefined], () => trouble('server', 'restarts empty', [], () => this.restart())),
      ...this.recovery(),
    ];
  }

  /** For the state of a run. */
  text(): string {
    const repeatable = this.repeatable().map(commandText);
    return `${Object.values(this.left).join(' ')} ${setText(repeatable)}`;
  }

  private crash(process: number): unknown {
    this.stage.kill(process);
    this.scene.database.forget(process);
    return this.scene.world.restart(process);
  }

  private restart(): Promise<void> {
    this.server.restart();
    return this.stage.loseAll('server', new Error(LOST));
  }

  /** Each command once: of two that are equal it does not matter which one comes again. */
  private repeatable(): Exposed['sent'] {
    if (this.left.repeated === 0) return [];
    const different = new Map<string, Exposed['sent'][number]>();
    for (const sent of this.server.sent) if (sent.name.isSpent?.() !== true) different.set(commandText(sent), sent);
    return [...different.values()];
  }

  /** The deadline of a writer who is gone passes sooner or later; of one who is at work it may. */
  private lapses(): Trouble[] {
    return this.server.tokens().flatMap(({ key, token }) => {
      const gone = this.stage.stateOf(actorOf(token)) !== 'playing';
      if (!gone && this.left.outlasted === 0) return [];
      const lapse = (): unknown => {
        if (!gone) this.left.outlasted--;
        // No write outlasts its lease: what its writer had sent to the database has come by now, or never will.
        else this.stage.drop(actorOf(token), 'database');
        return this.server.lapse(key, token);
      };
      return [trouble('server', 'token runs out', [key, token], lapse)];
    });
  }

  /** No write outlasts its lease: a lease after a restart, those whose token was lost have come to their end. */
  private recovery(): Trouble[] {
    const { server, stage } = this;
    const { lost } = server;
    if (lost === undefined || lost.some((token) => stage.stateOf(actorOf(token)) === 'playing')) return [];
    const recover = (): unknown => {
      for (const token of lost) stage.drop(actorOf(token), 'database');
      return server.recover();
    };
    return [trouble('server', 'a lease has passed', [], recover)];
  }

  private each<T>(kind: keyof Budget, of: readonly T[], make: (item: T) => Trouble): Trouble[] {
    if (this.left[kind] === 0) return [];
    return of.map(make).map(({ name, happen }) => ({
      name,
      happen: () => {
        this.left[kind]--;
        return happen();
      },
    }));
  }
}

function trouble(place: string, call: string, args: readonly unknown[] | undefined, happen: () => unknown): Trouble {
  return { name: { place, call, ...(args && { args }) }, happen };
}

function commandText({ name: { call, args } }: Exposed['sent'][number]): string {
  return textOf([call, args]);
}
