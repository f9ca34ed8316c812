import type { LeasedWorld } from '../topologies/leased.js';
import { LONG_MS } from '../simulated-registry.js';
import type { Role, Scene } from '../world.js';

// What happens to processes that hold read leases, besides what they do.

export function leasedWorld({ world }: Scene): LeasedWorld {
  return world as LeasedWorld;
}

/** Messages arrive at a process, one at a time. */
export function network(on: number, messages: number): Role {
  return {
    name: `network of ${on}`,
    process: on,
    play: async (scene) => {
      for (let count = 0; count < messages; count++) {
        await scene.stage.step({ place: `process ${on}`, call: 'a message arrives' }, () =>
          leasedWorld(scene).registry.deliver(on),
        );
      }
    },
  };
}

/** So much time passes that every lease is over, and every wait. */
export function longTime(times = 1): Role {
  return {
    name: 'time',
    process: undefined,
    play: async (scene) => {
      for (let count = 0; count < times; count++) {
        await scene.stage.step({ place: 'world', call: 'a long time passes' }, () => leasedWorld(scene).tick(LONG_MS));
      }
    },
  };
}

/** A subscription breaks, and later its process notices. */
export function brokenSubscription(on: number): Role {
  return {
    name: 'broken subscription',
    process: undefined,
    play: async (scene) => {
      const { registry } = leasedWorld(scene);
      await scene.stage.step({ place: 'server', call: 'the subscription breaks', args: [on] }, () => registry.cut(on));
      await scene.stage.step({ place: `process ${on}`, call: 'notices', args: [on] }, () => {
        registry.notice(on);
        // It subscribes anew after a pause, which is no part of what is shown.
        leasedWorld(scene).members[on]?.subscribe();
      });
    },
  };
}

export function lostRegistry(): Role {
  return {
    name: 'lost registry',
    process: undefined,
    play: (scene) =>
      scene.stage.step({ place: 'server', call: 'the registry is lost' }, () => leasedWorld(scene).registry.lose()),
  };
}
