import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { Points } from './generator-accuracy.ts';

const run = promisify(execFile);

/** A load generator of others, run as it is. Undefined: this machine does not have it. */
export type Tool = {
  readonly name: string;
  readonly read: (url: string, seconds: number) => Promise<Points | undefined>;
};

/** Enough for 1,000 requests a second of 100 ms through a stall of 200 ms. */
const CONNECTIONS = '350';

const AutocannonResult = z.object({ latency: z.object({ p50: z.number(), p99: z.number() }) });

/** autocannon with its option for a fixed rate. It prints whole ms, and no 95th percentile. */
const autocannon: Tool = {
  name: 'autocannon -R 1000',
  read: async (url, seconds) => {
    const main = createRequire(import.meta.url).resolve('autocannon');
    const options = ['-R', '1000', '-c', CONNECTIONS, '-d', String(seconds), '--json', url];
    const { stdout } = await run(process.execPath, [main, ...options]);
    const { latency } = AutocannonResult.parse(JSON.parse(stdout));
    return { p50: latency.p50, p95: undefined, p99: latency.p99 };
  },
};

/** Prints the percentiles of wrk's own latencies, which are in µs; wrk itself prints no 95th. */
const WRK_SCRIPT = `done = function(summary, latency, requests)
  io.write(string.format("points %f %f %f\\n", latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end`;

/** wrk. It has no rate: each connection sends when it has been answered. */
const wrk: Tool = {
  name: 'wrk',
  read: async (url, seconds) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-wrk-'));
    try {
      const script = join(folder, 'points.lua');
      writeFileSync(script, WRK_SCRIPT);
      const { stdout } = await run('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, url]);
      const [p50, p95, p99] = (/points (.*)/.exec(stdout)?.[1] ?? '')
        .split(' ')
        .map((one) => Number(one) / 1_000);
      return { p50, p95, p99 };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** The tools that are read beside ours. */
export const TOOLS: readonly Tool[] = [autocannon, wrk];
