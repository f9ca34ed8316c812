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
  private measuredWrites = 0;

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
    const measuredFrom = this.plan.leadInMs * 1e3;
    let before: { selects: number; cpu: NodeJS.CpuUsage } | undefined;
    for (let next = 0; next < calls.length; await pause(TICK_MS)) {
      for (; next < calls.length; next++) {
        const due = calls.due[next] as number;
        const late = now() - at - due;
        if (late < 0) break;
        const isMeasured = due >= measuredFrom;
        if (isMeasured) {
          before ??= { selects: table.selects, cpu: process.cpuUsage() };
          this.late.push(Math.round(late));
        }
        const row = calls.row[next] as number;
        answers.push(calls.isWrite[next] === 1 ? this.write(row, isMeasured) : this.read(row, isMeasured));
      }
    }
    await Promise.all(answers);
    const { user, system } = process.cpuUsage(before?.cpu);
    const selects = table.selects - (before?.selects ?? 0);
    const measured = { writes: this.measuredWrites, selects, cpu: user + system };
    const { reads, writes, late, failures } = this;
    return { reads, writes, late, failures, measured };
  }

  private async read(row: number, isMeasured: boolean): Promise<void> {
    const begun = now();
    try {
      const { id, version } = await this.products.find(row);
      const took = now() - begun;
      if (id !== row) throw new Error(`asked for ${row}, got ${id}`);
      if (!isMeasured) return;
      const { reads } = this;
      reads.row.push(row);
      reads.version.push(version);
      reads.begun.push(begun);
      reads.took.push(took);
    } catch (error) {
      this.fail('read', error);
    }
  }

  private async write(row: number, isMeasured: boolean): Promise<void> {
    try {
      const version = await this.products.reprice(row);
      const acknowledged = now();
      this.writes.row.push(row);
      this.writes.version.push(version);
      this.writes.acknowledged.push(acknowledged);
      if (isMeasured) this.measuredWrites++;
    } catch (error) {
      this.fail('write', error);
    }
  }

  private fail(what: string, error: unknown): void {
    this.failures.push(`${what}: ${String(error)}`);
  }
}
