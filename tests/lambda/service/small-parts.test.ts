import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FunctionSpec } from '../../../local/cloud/template-functions.ts';
import { UsageError } from '../../../local/command-line.ts';
import { checkFunction } from '../../../local/lambda/check-function.ts';
import { usualLimits } from '../../../local/lambda/concurrency/limits.ts';
import { makeRate } from '../../../local/lambda/concurrency/rate.ts';
import { makeLogFile } from '../../../local/lambda/log-writer.ts';
import { readRuntimeOptions } from '../../../local/lambda/options.ts';
import { watchFiles } from '../../../local/lambda/watch.ts';
import { tableOf } from '../../../local/start-table.ts';
import { until } from '../../cloud/support/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'duet-service-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('A rate', () => {
  it('When many fractions add up to a whole, then that one is allowed', () => {
    const clock = { ms: 0 };
    const rate = makeRate(3, 1_000, () => clock.ms);
    expect([1, 2, 3, 4].map(rate.take)).toEqual([true, true, true, false]);
    const taken: number[] = [];
    for (clock.ms = 1; clock.ms <= 2_000; clock.ms += 1) if (rate.take()) taken.push(clock.ms);
    expect(taken).toEqual([334, 667, 1_000, 1_334, 1_667, 2_000]);
  });

  it('When the clock goes back, then nothing is given and nothing is lost', () => {
    const clock = { ms: 10_000 };
    const rate = makeRate(1, 1_000, () => clock.ms);
    rate.take();
    clock.ms = 0;
    expect(rate.take()).toBe(false);
    clock.ms = 1_000;
    expect(rate.take()).toBe(true);
  });
});

describe('The limits of a machine', () => {
  it('When the memory is small, then fewer environments are allowed, and never more than 100', () => {
    const gb = 2 ** 30;
    expect([2, 8, 16, 64].map((memory) => usualLimits(memory * gb).environments)).toEqual([16, 64, 100, 100]);
  });
});

describe('The log file', () => {
  it('When lines are written, then flush puts all of them into the file at once, in order', () => {
    const file = join(dir, 'logs', 'functions.log');
    const log = makeLogFile(file);
    for (let i = 0; i < 1_000; i += 1) log.write(`line ${i} é`);
    log.flush();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toEqual(Array.from({ length: 1_000 }, (_, i) => `line ${i} é`));
  });

  it('When the file grows large, then it is put aside and a new one begun, without losing a line', () => {
    const file = join(dir, 'rotated.log');
    const log = makeLogFile(file, 100);
    const lines = Array.from({ length: 6 }, (_, i) => `${i} ${'x'.repeat(60)}`);
    for (const line of lines) {
      log.write(line);
      log.flush();
    }
    expect(readFileSync(`${file}.1`, 'utf8') + readFileSync(file, 'utf8')).toBe(
      `${lines.slice(2).join('\n')}\n`,
    );
  });

  it('When nobody flushes, then a line is in the file a moment later', async () => {
    const file = join(dir, 'late.log');
    makeLogFile(file).write('late');
    await until('the line', () => existsSync(file) && readFileSync(file, 'utf8') === 'late\n');
  });
});

describe('Watching files', () => {
  it('When one changes, then it is told once, also when that fails, and again for the next change', async () => {
    const file = join(dir, 'watched.ts');
    writeFileSync(file, 'a');
    let told = 0;
    const stop = watchFiles(
      () => [file],
      async () => {
        told += 1;
        throw new Error('no build');
      },
    );
    writeFileSync(file, 'bb');
    await until('the first change', () => told === 1);
    writeFileSync(file, 'ccc');
    await until('the second change', () => told === 2);
    stop();
  });
});

describe('Options of the runtime', () => {
  it('When nothing is given, then they are the usual ones; when the account is small, then so is what must stay unreserved', () => {
    expect(readRuntimeOptions([])).toMatchObject({
      ports: { http: 4000, invoke: 4002, control: 4003 },
      limits: usualLimits(),
      watch: false,
    });
    expect(readRuntimeOptions(['--accountConcurrency', '50'])?.limits.unreservedConcurrency).toBe(5);
  });

  it.each([
    [['--httpPort', '70000'], '--httpPort is a whole number from 0 to 65535'],
    [['--environments', '0'], '--environments is a whole number from 1'],
    [['--idleMs', 'soon'], '--idleMs is a whole number'],
    [['--retryDelaysMs', '1,x'], '--retryDelaysMs is a list'],
    [['--nonsense'], "Unknown option '--nonsense'"],
  ])('When %j is given, then it is refused with the reason', (args, message) => {
    expect(() => readRuntimeOptions(args)).toThrow(UsageError);
    expect(() => readRuntimeOptions(args)).toThrow(message);
  });
});

describe('What AWS would not deploy', () => {
  const spec = (more: Partial<FunctionSpec>) =>
    checkFunction({
      ...{ key: 'f', timeout: 3, memorySize: 128, retries: 2, maximumAge: 21_600, environment: {} },
      ...more,
    } as FunctionSpec);

  it.each([
    [{ timeout: 0 }, 'timeout is 1 to 900 s'],
    [{ timeout: 901 }, 'timeout is 1 to 900 s'],
    [{ memorySize: 127 }, 'memorySize is 128 to 10240 MB'],
    [{ memorySize: 10_241 }, 'memorySize is 128 to 10240 MB'],
    [{ reservedConcurrency: -1 }, 'reservedConcurrency is a whole number'],
    [{ retries: 3 }, 'maximumRetryAttempts is 0 to 2'],
    [{ maximumAge: 59 }, 'maximumEventAge is 60 to 21600 s'],
    [{ environment: { AWS_REGION: 'x' } }, 'AWS_REGION is reserved'],
    [{ environment: { '1A': 'x' } }, 'the variable 1A needs a name'],
    [{ environment: { AB: 'x'.repeat(4_095) } }, '4097 bytes together'],
  ])('When a function has %j, then it is refused by name', (more, message) => {
    const refused = () => spec(more as Partial<FunctionSpec>);
    expect(refused).toThrow('functions.f: ');
    expect(refused).toThrow(message);
  });

  it('When everything is at its limit, then it is taken', () => {
    expect(() =>
      spec({ timeout: 900, memorySize: 10_240, environment: { AB: 'x'.repeat(4_094) } }),
    ).not.toThrow();
  });
});

describe('The live table', () => {
  it('When functions were called, then each has a line, the busiest first, and the others none', () => {
    const row = { environments: 1, busy: 0, coldStarts: 1, throttles: 0, errors: 0 };
    const lines = tableOf({
      functions: [
        { ...row, function: 'quiet', invocations: 0 },
        { ...row, function: 'getOrder', invocations: 2, p50Ms: 3.26 },
        { ...row, function: 'placeOrder', invocations: 120, errors: 3, p50Ms: 41.7 },
      ],
      notice: '12:00:00  rebuilt',
    });
    expect(lines).toEqual([
      '',
      'function    environments  busy  invocations  cold starts  throttles  errors     p50',
      'placeOrder             1     0          120            1          0       3   42 ms',
      'getOrder               1     0            2            1          0       0  3.3 ms',
      '',
      '12:00:00  rebuilt',
    ]);
  });
});
