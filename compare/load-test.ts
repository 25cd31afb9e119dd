import { fileURLToPath } from 'node:url';
import { analyse } from './experiment/analysis.ts';
import { makeBootstrap } from './experiment/bootstrap.ts';
import { conclude } from './experiment/conclusions.ts';
import { planRuns } from './experiment/plan.ts';
import { makeProgressLine, minutes } from './experiment/progress-line.ts';
import { runPlan } from './experiment/run-plan.ts';
import { MIN_REPETITIONS, makeStatistics } from './experiment/statistics.ts';
import { makeRunDeps } from './load-deps.ts';
import { type LoadOptions, overheadOf } from './load-options.ts';
import { summaryLines } from './load-summary.ts';
import { countCode } from './report/code-counts.ts';
import { makeManifest } from './report/manifest.ts';
import { writeReport } from './report/write-report.ts';
import type { ReportData } from './results/report-data.ts';
import type { RunRecord } from './results/run-record.ts';
import { withTargets } from './with-targets.ts';

/** What a load test is run with. */
export type LoadTestDeps = {
  /** A line for whoever waits. */
  readonly say: (text: string) => void;
  readonly screen: NodeJS.WriteStream;
  /** Gives up: what runs is stopped, nothing is written. */
  readonly signal: AbortSignal;
  /** The command that does the same again. */
  readonly command: string;
};

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What breaks a promise of the shop, whatever the machine did. */
const WRONG: readonly string[] = ['smoke', 'invariants'];

/** So many blocks more may take the place of blocks with runs that the machine spoiled. */
const SPARE_BLOCKS = 2;

/** So many of the runs, as a share, may be made again because the machine spoiled them. */
const AGAIN_SHARE = 0.4;

/** How often the time left is drawn again, in ms. */
const REFRESH_MS = 1_000;

const planOf = ({ targets, shapes, mix, rate, arrivals, seed, fit }: LoadOptions): ReportData['plan'] => ({
  targets: targets.map(({ info }) => info.name).join(', '),
  shapes: shapes.join(', '),
  traffic: `${mix.name}, ${rate} planned requests a second, ${arrivals} arrivals, seed ${seed}`,
  repetitions: String(fit.repetitions),
  'a run': `${fit.durationSeconds} s measured after ${fit.warmUpSeconds} s of warm-up`,
});

const runAll = async (options: LoadOptions, deps: LoadTestDeps): Promise<RunRecord[]> => {
  const { fit, rate, seed, shapes } = options;
  const { durationSeconds, warmUpSeconds, repetitions } = fit;
  const { say, screen, signal } = deps;
  const infos = options.targets.map(({ info }) => info);
  const spare = repetitions < MIN_REPETITIONS ? 0 : SPARE_BLOCKS;
  const runs = planRuns({ targets: infos, shapes, repetitions: repetitions + spare, seed });
  const wanted = repetitions * shapes.length * infos.length;
  say(
    `${wanted} runs, ${durationSeconds} s measured each after ${warmUpSeconds} s of warm-up; about ${minutes(fit.totalSeconds)} in all.`,
  );
  for (const sentence of fit.says) say(sentence);
  const progress = makeProgressLine({
    write: (text) => void screen.write(text),
    columns: () => (screen.isTTY ? screen.columns : undefined),
    now: Date.now,
  });
  const timer = setInterval(progress.refresh, REFRESH_MS);
  try {
    return await withTargets(options.targets, say, (targets) => {
      const { onProgress } = progress;
      const overheads = new Map(options.targets.map((spec) => [spec.info.name, overheadOf(spec)]));
      const overheadSeconds = (name: string): number => overheads.get(name) ?? 0;
      const mostAgain = Math.ceil(AGAIN_SHARE * wanted);
      const plan = { runs, repetitions, mostAgain, rate, durationSeconds, warmUpSeconds, overheadSeconds };
      return runPlan(plan, { ...makeRunDeps(targets, options), onProgress }, signal);
    });
  } finally {
    clearInterval(timer);
    progress.end();
  }
};

/**
 * Puts every target under every shape of traffic, one at a time and in random blocks, and writes `compare.html`, `compare.json` and
 * `compare.md`.
 *
 * @returns 0; 1 when a stack broke its contract or an invariant, or a target has no valid run under a shape
 */
export const testLoad = async (options: LoadOptions, deps: LoadTestDeps): Promise<number> => {
  const began = Date.now();
  const runs = await runAll(options, deps);
  const analysis = analyse(runs, makeStatistics(makeBootstrap({ seed: options.seed })));
  const { supports, doesNotSupport } = conclude({ runs, ...analysis, planSays: options.fit.says });
  const data: ReportData = {
    version: 1,
    at: new Date().toISOString(),
    command: deps.command,
    tookSeconds: (Date.now() - began) / 1_000,
    plan: planOf(options),
    manifest: makeManifest(),
    runs,
    summaries: [...analysis.summaries],
    comparisons: [...analysis.comparisons],
    effects: [...analysis.effects],
    counts: countCode(ROOT),
    supports: [...supports],
    doesNotSupport: [...doesNotSupport],
  };
  const { html, json, markdown } = writeReport(options.reports, data);
  for (const line of summaryLines(data)) deps.say(line);
  deps.say(`\nReports: ${[html, json, markdown].join(', ')}`);
  const isWrong = runs.some(({ gates }) => gates.some(({ name, ok }) => !ok && WRONG.includes(name)));
  return isWrong || data.summaries.some((summary) => summary.runs === 0) ? 1 : 0;
};
