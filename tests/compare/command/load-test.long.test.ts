import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { ReportData } from '../../../compare/results/report-data.ts';
import { until } from '../../support/until.ts';

const COMPARE = fileURLToPath(new URL('../../../compare/compare.ts', import.meta.url));
const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A command at work, with temporary files in a folder of its own. */
type Command = {
  readonly child: ChildProcess;
  readonly temporary: string;
  readonly reports: string;
  readonly said: () => string;
  readonly code: Promise<number | null>;
};

const start = (...args: readonly string[]): Command => {
  const folder = mkdtempSync(join(tmpdir(), 'duet-command-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const reports = join(folder, 'reports');
  const child = spawn(process.execPath, [COMPARE, '--no-journey', '--reports', reports, ...args], {
    env: { TMPDIR: folder, PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`;
    });
  cleanups.push(() => child.kill('SIGKILL'));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, temporary: folder, reports, said: () => said, code };
};

/** Processes whose command line has a text. */
const processesWith = (text: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return `${line}${environment}`.includes(text) ? [line] : [];
      } catch {
        return [];
      }
    });

/** Waits until nothing of a command is left: no process, no folder of its targets; of its reports only whole ones. */
const untilNothingIsLeft = async ({ temporary, reports }: Command): Promise<void> => {
  await until(
    'nothing of the command is left',
    async () => {
      const processes = processesWith(temporary);
      const folders = readdirSync(temporary).filter((name) => name !== 'reports');
      return processes.length === 0 && folders.length === 0 ? true : undefined;
    },
    { withinMs: 20_000, everyMs: 100 },
  );
  if (!existsSync(reports)) return;
  for (const folder of readdirSync(reports)) {
    if (!folder.startsWith('load-')) continue;
    expect(readdirSync(join(reports, folder)).sort()).toEqual(['compare.html', 'compare.json', 'compare.md']);
  }
};

const SHORT = [
  '--targets',
  'microservices',
  '--duration',
  '2',
  '--warm-up',
  '1',
  '--repetitions',
  '1',
  '--rate',
  '30',
];

describe('npm run compare, the load test', () => {
  it('When it has run, then there is a report that holds its runs, and nothing else is left', async () => {
    const command = start(...SHORT);
    const code = await command.code;
    expect(command.said()).toMatch(/microservices\/postgres/);
    const [folder = ''] = readdirSync(command.reports);
    const report = ReportData.parse(
      JSON.parse(readFileSync(join(command.reports, folder, 'compare.json'), 'utf8')),
    );
    // A run that the machine spoiled is kept, and made again after it.
    const run = report.runs.at(-1);
    expect(run).toMatchObject({ broken: null, shape: 'steady', block: 1 });
    expect(run?.invariants.filter(({ ok }) => !ok)).toEqual([]);
    expect(run?.invariants.length).toBeGreaterThan(4);
    const { load, measured } = run ?? {};
    expect(load?.offered).toBeGreaterThan(10);
    expect(load?.operations.map(({ operation }) => operation)).toContain('get-product');
    const used = measured?.components.find(({ component }) => component === 'service');
    expect(used?.cpuSeconds).toBeGreaterThan(0);
    // A machine that others use as well refuses the run, and says so by its exit code.
    expect(code).toBe(run?.refused ? 1 : 0);
    expect(report.command).toContain('--targets microservices');
    await untilNothingIsLeft(command);
  });

  it.each([
    ['while a stack starts', /run 1 of \d/, 'SIGKILL'],
    ['while a stack starts', /run 1 of \d/, 'SIGINT'],
    ['between two runs', /run 2 of \d/, 'SIGKILL'],
  ] as const)('When it ends %s (%s, %s), then nothing is left of it', async (_, moment, signal) => {
    const command = start(...SHORT.with(7, '2'), '--budget', '600');
    await until('that moment has come', async () => (moment.test(command.said()) ? true : undefined), {
      withinMs: 50_000,
      everyMs: 50,
    });
    command.child.kill(signal);
    await command.code;
    await untilNothingIsLeft(command);
    expect(existsSync(command.reports) ? readdirSync(command.reports) : []).toEqual([]);
  });
});
