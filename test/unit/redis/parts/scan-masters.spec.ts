import { describe, expect, it } from '@jest/globals';

import { CasClearError } from '../../../../lib/write-errors.js';
import { scanMasters } from '../../../../lib/redis/parts/scan-masters.js';
import type { Master, Masters } from '../../../../lib/redis/connection/master.js';

/** A Cluster of two masters, `a` and `b`. `step` is called before every page, and may move things about. */
class Cluster implements Masters {
  readonly isCluster = true;
  readonly keys: Record<string, Set<string>> = { a: new Set(), b: new Set() };
  readonly slots: Record<string, string> = { a: '0-8191', b: '8192-16383' };
  passes = 0;

  constructor(private readonly step: (cluster: Cluster, node: string) => void = () => undefined) {}

  masters(): Promise<readonly Master[]> {
    return Promise.resolve(['a', 'b'].map((node) => this.master(node)));
  }

  move(key: string, from: string, to: string): void {
    if (this.keys[from]?.delete(key)) this.keys[to]?.add(key);
  }

  private master(node: string): Master {
    return {
      cluster: () =>
        Promise.resolve(
          `other 127.0.0.1:1@2 master - 0 0 1 connected 5\n${node} 127.0.0.1:3@4 myself,master - 0 99 2 connected ${this.slots[node]}\n`,
        ),
      scan: () => {
        if (node === 'a') this.passes++;
        this.step(this, node);
        return Promise.resolve(['0', [...(this.keys[node] ?? [])]]);
      },
    };
  }
}

async function found(cluster: Masters): Promise<Set<string>> {
  const seen = new Set<string>();
  const visit = (names: readonly string[]): Promise<void> => {
    for (const name of names) seen.add(name);
    return Promise.resolve();
  };
  await scanMasters(cluster, { pattern: '*', wanted: (name) => name.startsWith('k'), visit });
  return seen;
}

describe('a scan of all masters', () => {
  it('visits the keys that are wanted, once where nothing moves', async () => {
    const cluster = new Cluster();
    for (const key of ['k1', 'x']) cluster.keys['a']?.add(key);
    cluster.keys['b']?.add('k2');
    expect(await found(cluster)).toEqual(new Set(['k1', 'k2']));
    expect(cluster.passes).toBe(1);
  });

  it('starts again when a slot went to a master that had been scanned already', async () => {
    const cluster = new Cluster((self, node) => {
      if (node !== 'b' || self.passes > 1) return;
      self.move('k', 'b', 'a');
      Object.assign(self.slots, { a: '0-8192', b: '8193-16383' });
    });
    cluster.keys['b']?.add('k');
    expect(await found(cluster)).toEqual(new Set(['k']));
    expect(cluster.passes).toBe(2);
  });

  it('finds a key that moves ahead of its slot, in whichever pass it moves', async () => {
    for (const moveIn of [1, 2]) {
      const cluster = new Cluster((self, node) => {
        if (node === 'b' && self.passes === moveIn) self.move('k', 'b', 'a');
      });
      Object.assign(cluster.slots, { a: '0-8191 [8192-<-b]', b: '8192-16383 [8192->-a]' });
      cluster.keys['b']?.add('k');
      expect(await found(cluster)).toEqual(new Set(['k']));
      expect(cluster.passes).toBe(2);
    }
  });

  it('gives up when the slots do not come to rest', async () => {
    const cluster = new Cluster((self) => Object.assign(self.slots, { a: `0-${self.passes}` }));
    await expect(found(cluster)).rejects.toBeInstanceOf(CasClearError);
    expect(cluster.passes).toBe(10);
  });

  it('throws when a master fails, or a key could not be cleared, with the cause', async () => {
    const cause = new Error('lost');
    const broken: Masters = { isCluster: false, masters: () => Promise.reject(cause) };
    await expect(found(broken)).rejects.toMatchObject({ code: 'CAS_CLEAR', cause });
    const cluster = new Cluster();
    cluster.keys['a']?.add('k');
    const scan = { pattern: '*', wanted: () => true, visit: () => Promise.reject(cause) };
    await expect(scanMasters(cluster, scan)).rejects.toMatchObject({ code: 'CAS_CLEAR', cause });
  });
});
