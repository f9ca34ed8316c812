import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../protocol.js';
import type { ProductTable } from '../service/product-table.js';
import type { Products } from '../service/products.js';
import { now } from './clock.js';
import { schedule } from './schedule.js';
import type { LoadPlan } from './schedule.js';

const TICK_MS = 1;

/** Makes every call when it is due, whether or not earlier ones have been answered, and keeps what came of it. */
export class Driver {
  private readonly reads: Log['reads'] = { row: [], version: [], begun: [], took: [] };
  private readonly writes: Log['writes'] = { row: [], version: [], acknowledged: [] };
  private readonly late: number[] = [];
  private readonly failures: string[] = [];

  constructor(
    private readonly products: Products,
    private readonly table: ProductTable,
    private readonly plan: LoadPlan,
    private readonly replica: number,
  ) {}

  /** @param at when to begin, on the shared clock */
  async run(at: number): Promise<Log> {
    const { table } = this;
    const calls = schedule(this.plan, this.replica);
    const answers: Promise<void>[] = [];
    await pause(Math.max(0, (at - now()) / 1e3));
    const [selectsBefore, cpuBefore] = [table.selects, process.cpuUsage()];
    for (let next = 0; next < calls.length; await pause(TICK_MS)) {
      for (; next < calls.length; next++) {
        const late = now() - at - (calls.due[next] as number);
        if (late < 0) break;
        this.late.push(Math.round(late));
        const row = calls.row[next] as number;
        answers.push(calls.isWrite[next] === 1 ? this.write(row) : this.read(row));
      }
    }
    await Promise.all(answers);
    const { user, system } = process.cpuUsage(cpuBefore);
    const { reads, writes, late, failures } = this;
    return { reads, writes, late, failures, selects: table.selects - selectsBefore, cpu: user + system };
  }

  private async read(row: number): Promise<void> {
    const begun = now();
    try {
      const { id, version } = await this.products.find(row);
      const took = now() - begun;
      if (id !== row) throw new Error(`asked for ${row}, got ${id}`);
      const { reads } = this;
      reads.row.push(row);
      reads.version.push(version);
      reads.begun.push(begun);
      reads.took.push(took);
    } catch (error) {
      this.fail('read', error);
    }
  }

  private async write(row: number): Promise<void> {
    try {
      const version = await this.products.reprice(row);
      const acknowledged = now();
      this.writes.row.push(row);
      this.writes.version.push(version);
      this.writes.acknowledged.push(acknowledged);
    } catch (error) {
      this.fail('write', error);
    }
  }

  private fail(what: string, error: unknown): void {
    this.failures.push(`${what}: ${String(error)}`);
  }
}
