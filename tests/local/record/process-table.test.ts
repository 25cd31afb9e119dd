import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { makeProcessTable } from '../../../local/record/process-table.ts';
import { until } from '../../support/until.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Uses so much user time, in ms, and says what it has used in all, in us. */
const BURN = `
  const end = process.cpuUsage().user + Number(process.argv[1]) * 1000;
  while (process.cpuUsage().user < end);
  const { user, system } = process.cpuUsage();
  console.log(user + system);`;

/** A parent that at each line runs such a child, and says what that and it itself have used, in us. */
const startParent = () => {
  const script = `
    const { spawnSync } = require('node:child_process');
    process.stdin.on('data', (text) => {
      const { stdout } = spawnSync(process.execPath, ['-e', ${JSON.stringify(BURN)}, String(text).trim()]);
      const { user, system } = process.cpuUsage();
      console.log(Number(stdout), user + system);
    });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
};

describe('the table of processes', () => {
  it("When a child has come and gone between two looks, then its CPU time is its parent's to tell", async () => {
    const parent = startParent();
    const table = makeProcessTable();
    const totals = () => {
      const rows = table(parent.pid ?? 0);
      return rows.reduce((sum, { cpuSeconds, endedSeconds }) => sum + cpuSeconds + endedSeconds, 0);
    };
    await until('the parent is there', async () => table(parent.pid ?? 0)[0]);
    let [ofChildren, ofParent] = [0, 0];
    for (const ms of [300, 200]) {
      parent.stdin?.write(`${ms}\n`);
      const [said] = await once(parent.stdout as NodeJS.ReadableStream, 'data');
      const [child = 0, own = 0] = String(said).split(' ').map(Number);
      ofChildren += child / 1e6;
      ofParent = own / 1e6;
    }
    expect(ofChildren).toBeGreaterThan(0.5);
    // A tick of /proc is 10 ms; and a child goes on for a moment after it has said what it has used.
    const used = totals();
    expect(used).toBeGreaterThan(ofChildren + ofParent - 0.05);
    expect(used).toBeLessThan(ofChildren + ofParent + 0.25);
    expect(table(parent.pid ?? 0)).toHaveLength(1);
  });

  it('When a child runs, then it is below its parent with its own arguments, and gone after its end', async () => {
    const parent = startParent();
    const table = makeProcessTable();
    parent.stdin?.write('200\n');
    const [first, second] = await until('both are there', async () => {
      const rows = table(parent.pid ?? 0);
      // It has its memory when Node has started in it.
      const isUp = rows[1]?.command.endsWith(' 200') && rows[1].residentBytes > 10_000_000;
      return rows.length === 2 && isUp ? rows : undefined;
    });
    expect(first?.pid).toBe(parent.pid);
    expect(second?.parent).toBe(parent.pid);
    expect(second?.sharedBytes).toBeLessThan(second?.residentBytes ?? 0);
    await until('it is gone', async () => table(parent.pid ?? 0).length === 1 || undefined);
  });

  it('When there is no such process, then nothing is below it', () => {
    expect(makeProcessTable()(2 ** 22 + 1)).toEqual([]);
  });
});
