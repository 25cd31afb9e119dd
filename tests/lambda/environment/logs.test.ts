import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billed, logLinesOf } from '../../../local/lambda/environment/log-lines.ts';
import { makeLineCutter, makeLogTail } from '../../../local/lambda/environment/log-tail.ts';
import type { LambdaFunction } from '../../../local/lambda/types.ts';
import { until } from '../../support/until.ts';
import { invocation, type Lab, openLab } from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';

/** Invokes a handler of this body once. @returns the log's entries from START on, and the result */
const logOf = async (body: string, settings: Partial<LambdaFunction> = {}) => {
  const environment = lab.open(`exports.handler = async (event, context) => { ${body} };`, settings);
  await environment.initialised;
  lab.logs.splice(0);
  const given = invocation();
  const result = await environment.invoke(given);
  return { id: given.requestId, result, entries: [...lab.logs] };
};

describe('The log of an invocation', () => {
  it('G01: When it succeeds, then it is START, what it printed, END and REPORT', async () => {
    const { id, result, entries } = await logOf('console.log("hi");');
    expect(entries).toEqual([
      `START RequestId: ${id} Version: $LATEST`,
      expect.stringMatching(new RegExp(`^${TIME}\t${id}\tINFO\thi$`)),
      `END RequestId: ${id}`,
      `REPORT RequestId: ${id}\tDuration: ${result.durationMs.toFixed(2)} ms\tBilled Duration: ${result.billedMs} ms\tMemory Size: 512 MB\tMax Memory Used: ${result.maxMemoryMb} MB\tInit Duration: ${result.initMs?.toFixed(2)} ms\t`,
    ]);
    expect(result.logTail).toBe(`${entries.join('\n')}\n`);
    expect(result.maxMemoryMb).toBeGreaterThan(20);
    expect(result.maxMemoryMb).toBeLessThan(200);
  });

  it('G02: When it is billed, then it is run time and INIT together, up to the next ms', async () => {
    expect([billed(133.61, 80), billed(128.83, 166.62), billed(5), billed(5.0004), billed(0.1, 0.2)]).toEqual(
      [214, 296, 5, 5, 1],
    );
    const { result } = await logOf('');
    expect(result.billedMs).toBe(billed(result.durationMs, result.initMs));
  });

  it('G03: When it crashes, then the report says so, and what ended it is in the log', async () => {
    const { id, entries } = await logOf('process.exit(2);');
    expect(entries[1]).toBe(
      `RequestId: ${id} Error: Runtime exited with error: exit status 2\nRuntime.ExitError`,
    );
    expect(entries.at(-1)).toMatch(/ ms\tStatus: error\tError Type: Runtime\.ExitError$/);
  });

  it('G04: When a handler throws, then the error is logged with its trace, and the report is as ever', async () => {
    const { id, entries } = await logOf('throw Object.assign(new RangeError("no"), { code: 7 });');
    const [, time, error] =
      new RegExp(`^(${TIME})\t${id}\tERROR\tInvoke Error \t(.*)$`).exec(entries[1] ?? '') ?? [];
    expect(time).toBeDefined();
    expect(JSON.parse(error ?? '')).toEqual({
      errorType: 'RangeError',
      errorMessage: 'no',
      code: 7,
      stack: expect.arrayContaining(['RangeError: no']),
    });
    expect(entries.at(-1)).not.toContain('Status');
  });

  it('G04: When a handler logs at every level, then each has its name and keeps its line breaks', async () => {
    const { id, entries } = await logOf(
      'console.trace("t"); console.debug("d"); console.info("i %s", 1); console.warn("w\\nx"); console.error({ a: 1 });',
    );
    expect(entries.slice(1, -2).map((entry) => entry.split('\t').slice(1))).toEqual([
      [id, 'TRACE', 't'],
      [id, 'DEBUG', 'd'],
      [id, 'INFO', 'i 1'],
      [id, 'WARN', 'w\nx'],
      [id, 'ERROR', '{ a: 1 }'],
    ]);
  });

  it('G05: When the format is JSON, then entries and reports are objects', async () => {
    const { id, result, entries } = await logOf(
      'console.log("hi %d", 5); console.warn({ a: 1 }); console.error("failed", new TypeError("no"));',
      { logFormat: 'JSON' },
    );
    const timestamp = expect.stringMatching(new RegExp(`^${TIME}$`));
    const requestId = id;
    expect(entries.map((entry) => JSON.parse(entry))).toEqual([
      { time: timestamp, type: 'platform.start', record: { requestId, version: '$LATEST' } },
      { timestamp, level: 'INFO', requestId, message: 'hi 5' },
      { timestamp, level: 'WARN', requestId, message: { a: 1 } },
      {
        timestamp,
        level: 'ERROR',
        requestId,
        message: expect.stringMatching(/^failed TypeError: no\n/),
        errorType: 'TypeError',
        errorMessage: 'no',
        stackTrace: expect.arrayContaining(['TypeError: no']),
      },
      {
        time: timestamp,
        type: 'platform.report',
        record: {
          requestId,
          status: 'success',
          metrics: {
            durationMs: expect.closeTo(result.durationMs, 2),
            billedDurationMs: result.billedMs,
            memorySizeMB: 512,
            maxMemoryUsedMB: result.maxMemoryMb,
            initDurationMs: expect.closeTo(result.initMs ?? 0, 2),
          },
        },
      },
    ]);
  });

  it('G05: When the format is JSON and it fails, then the error is an object too', async () => {
    const { entries } = await logOf('throw new TypeError("boom");', { logFormat: 'JSON' });
    expect(JSON.parse(entries[1] ?? '')).toMatchObject({
      level: 'ERROR',
      message: { errorType: 'TypeError', errorMessage: 'boom', stackTrace: expect.any(Array) },
    });
    const report = logLinesOf('JSON').initReport({ durationMs: 1.5, phase: 'init', status: 'timeout' });
    expect(JSON.parse(report)).toMatchObject({ type: 'platform.initReport', record: { status: 'timeout' } });
  });

  it('G05: When a least level is set, then what is below it is dropped', async () => {
    const { entries } = await logOf('console.debug("d"); console.info("i"); console.warn("w");', {
      environment: { AWS_LAMBDA_LOG_LEVEL: 'WARN' },
    });
    expect(entries.slice(1, -2)).toEqual([expect.stringMatching(/WARN\tw$/)]);
  });

  it('When it prints on its standard streams, then each line is an entry of this invocation', async () => {
    const { entries } = await logOf(
      'const fs = require("fs"); process.stdout.write("one\\ntw"); fs.writeSync(1, "o\\n"); process.stderr.write("ü and no end"); fs.writeSync(1, "left");',
    );
    expect(entries.slice(1, -2).sort()).toEqual(['left', 'one', 'two', 'ü and no end']);
  });

  it('When it prints a lot, then all of it is in the log and the last 4 KB in the tail', async () => {
    const { result, entries } = await logOf(
      'for (let n = 0; n < 20_000; n++) process.stdout.write("line " + n + "\\n");',
    );
    expect(entries).toHaveLength(20_003);
    expect(entries[20_000]).toBe('line 19999');
    expect(Buffer.byteLength(result.logTail)).toBe(4_096);
    expect(result.logTail).toContain('line 19999\nEND RequestId');
  });

  it('When something is left for the next turn of the event loop, then it is still done', async () => {
    const { entries } = await logOf('setImmediate(() => console.log("left over"));');
    expect(entries[1]).toMatch(/INFO\tleft over$/);
  });

  it('When a child of it prints, then that is logged as well', async () => {
    const { entries } = await logOf(
      'require("child_process").execFileSync("/bin/echo", ["of a child"], { stdio: "inherit" });',
    );
    expect(entries).toContain('of a child');
  });

  it('When a module logs in its INIT, then the entry has no request', async () => {
    lab.logs.splice(0);
    lab.open('console.log("in init"); exports.handler = async () => 1;');
    const entry = await until('it is logged', async () => lab.logs[0]);
    expect(entry).toMatch(new RegExp(`^${TIME}\t-\tINFO\tin init$`));
  });
});

describe('The tail of a log', () => {
  it('When characters take several bytes, then it begins with a whole one', () => {
    const tail = makeLogTail();
    tail.push('ü'.repeat(4_000));
    expect(tail.text()).toBe(`${'ü'.repeat(2_047)}\n`);
  });

  it('When a character comes in two pieces, then the line is whole', () => {
    const lines: string[] = [];
    const cutter = makeLineCutter((line) => lines.push(line));
    const bytes = Buffer.from('aü\nb');
    for (const byte of bytes) cutter.push(Buffer.from([byte]));
    cutter.flush();
    cutter.flush();
    expect(lines).toEqual(['aü', 'b']);
  });

  it('When a line has no end, then it becomes an entry before it fills the memory', () => {
    const lines: string[] = [];
    const cutter = makeLineCutter((line) => lines.push(line));
    for (let n = 0; n < 40; n += 1) cutter.push(Buffer.alloc(65_536, 'x'));
    expect(lines).toHaveLength(2);
  });
});
