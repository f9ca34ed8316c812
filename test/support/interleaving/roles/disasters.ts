import type { Disasters, Role } from '../world.js';

/** Something befalls the stores, at any point. */
export function disaster(call: keyof Disasters, key = ''): Role {
  return {
    name: 'disaster',
    process: undefined,
    play: ({ stage, world }) =>
      stage.step({ place: 'stores', call, args: key === '' ? [] : [key] }, () => world.disasters[call]?.(key)),
  };
}

/** A process dies with all that it does, at any point, and begins anew. */
export function restart(on = 0): Role {
  return {
    name: 'disaster',
    process: undefined,
    play: ({ stage, world, database }) =>
      stage.step({ place: `process ${on}`, call: 'restart' }, async () => {
        const process = world.processes.numberOf(on);
        stage.kill(process);
        database.forget(process);
        await world.restart(process);
      }),
  };
}

/** So much time passes in a process that its next timers ring, one after the other. */
export function clock(on = 0, rings = 1): Role {
  return {
    name: 'clock',
    process: on,
    alike: `rings ${rings}`,
    play: async ({ stage, world }) => {
      for (let rung = 0; rung < rings; rung++) {
        await stage.step({ place: `process ${on}`, call: 'the next timer rings' }, () =>
          world.processes.subject(on).timers?.ringNext(),
        );
      }
    },
  };
}

/** One after the other: a single actor who plays several parts. */
export function inTurn(...roles: readonly [Role, ...Role[]]): Role {
  const alike = roles.map((role) => role.alike);
  return {
    name: roles.map(({ name }) => name).join(', then '),
    process: roles[0].process,
    alike: alike.includes(undefined) ? undefined : alike.join(', then '),
    goesOn: roles.length > 1,
    play: async (scene) => {
      for (const role of roles) await role.play(scene);
    },
  };
}
