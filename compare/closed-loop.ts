import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClosedLoopResult } from './generator/closed-loop.ts';
import { startClosedLoop } from './generator/start-generator.ts';
import type { LoadOptions } from './load-options.ts';
import { smoke } from './targets/smoke.ts';
import type { Target } from './targets/target.ts';
import { prepare } from './traffic/prepare.ts';
import { withTargets } from './with-targets.ts';

/** What a closed loop came to on a target; `broken` says why there was none. */
type Outcome = {
  readonly target: string;
  readonly broken?: string;
  readonly result?: ClosedLoopResult;
};

const runOne = async (
  target: Target,
  callers: number,
  { durationSeconds, warmUpSeconds }: LoadOptions['fit'],
  signal: AbortSignal,
): Promise<Outcome> => {
  const { name } = target.info;
  const started = await target.start();
  try {
    const { ok, says } = await smoke(started, target.info);
    if (!ok) return { target: name, broken: says };
    const { products } = await prepare({ urls: started.baseUrls, administrator: started.administrator });
    const url = `${started.baseUrls.inventory}/products/${products[0]?.id}`;
    const generator = startClosedLoop({ mode: 'closed-loop', url, callers, warmUpSeconds, durationSeconds });
    const abort = (): void => void generator.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return { target: name, result: await generator.result };
    } finally {
      signal.removeEventListener('abort', abort);
    }
  } finally {
    await started.stop();
  }
};

const lineOf = ({ target, broken, result }: Outcome): string => {
  if (!result) return `${target.padEnd(26)}broken: ${broken}`;
  const failed = Object.entries(result.failures).map(([name, count]) => `${count} ${name}`);
  return `${target.padEnd(26)}${result.throughput.toFixed(0).padStart(8)} a second${failed.length > 0 ? `, failed: ${failed.join(', ')}` : ''}`;
};

/**
 * Asks each target for one product as fast as it answers, by callers who never pause. That says how much it takes at most and
 * nothing about how long anybody waits, so no latency is shown. Writes `closed-loop.json`.
 *
 * @returns 0; 1 when a target broke its contract
 */
export const testThroughput = async (
  { targets: specs, fit, reports, closedLoop: callers = 1 }: LoadOptions,
  { say, signal }: { readonly say: (text: string) => void; readonly signal: AbortSignal },
): Promise<number> => {
  say(
    `Closed loop: GET /products/{id}, ${callers} callers who never pause, ${fit.durationSeconds} s after ${fit.warmUpSeconds} s of warm-up.`,
  );
  const outcomes = await withTargets(specs, say, async (targets) => {
    const all: Outcome[] = [];
    for (const target of targets) {
      signal.throwIfAborted();
      const outcome = await runOne(target, callers, fit, signal);
      say(lineOf(outcome));
      all.push(outcome);
    }
    return all;
  });
  mkdirSync(reports, { recursive: true });
  const file = join(reports, 'closed-loop.json');
  writeFileSync(
    `${file}.part`,
    `${JSON.stringify({ at: new Date().toISOString(), callers, outcomes }, null, 2)}\n`,
  );
  renameSync(`${file}.part`, file);
  say(`\nReport: ${file}. A closed loop has no latencies: a slow answer would hold the next request back.`);
  return outcomes.some(({ result }) => !result) ? 1 : 0;
};
