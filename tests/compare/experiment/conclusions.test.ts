import { describe, expect, it } from 'vitest';
import { analyse } from '../../../compare/experiment/analysis.ts';
import { makeBootstrap } from '../../../compare/experiment/bootstrap.ts';
import { conclude } from '../../../compare/experiment/conclusions.ts';
import { makeStatistics } from '../../../compare/experiment/statistics.ts';
import type { RunRecord, TargetInfo } from '../../../compare/results/run-record.ts';
import { at, embedded, goodRun, makeNoise, refusedRun } from './runs.ts';

const statistics = makeStatistics(makeBootstrap());
const [M, S] = [embedded('microservices'), embedded('serverless')];
const [MD, SD] = [embedded('microservices', 'dynamodb'), embedded('serverless', 'dynamodb')];

const { normal } = makeNoise(4);
const runsOf = (target: TargetInfo, p50: number, repetitions = 5): RunRecord[] =>
  Array.from({ length: repetitions }, (_, index) => goodRun(target, index + 1, p50 + 0.05 * normal()));

const concludeFrom = (runs: readonly RunRecord[], planSays: string[] = []) => {
  const { supports, doesNotSupport } = conclude({ runs, ...analyse(runs, statistics), planSays });
  return { supports: supports.join('\n'), not: doesNotSupport.join('\n') };
};

describe('conclude', () => {
  it('When a target is slower, then the size is told with its interval, and only for what is told apart', () => {
    const { supports, not } = concludeFrom([...runsOf(M, 5), ...runsOf(S, 8)]);
    expect(supports).toMatch(
      /^Under steady, serverless\/postgres against microservices\/postgres \(5 blocks\): median latency (2\.9\d?|3(\.0\d?)?) ms \(2\.\d+ to 3\.\d+\) more, 1\.\d\d times as much; 95th/,
    );
    expect(supports).not.toContain('CPU time');
    expect(not).toContain(
      'not told apart in share of failed requests, CPU time per 1,000 requests and memory',
    );
  });

  it('When nothing differs, then nothing is supported', () => {
    const { supports, not } = concludeFrom([...runsOf(M, 5), ...runsOf({ ...M, name: 'again' }, 5)]);
    expect(supports).toBe('');
    expect(not).toContain('not told apart in median latency');
    expect(not).toContain('not to say that they are equal');
  });

  it('When there are too few repetitions, then no difference is supported, however large', () => {
    const { supports, not } = concludeFrom([...runsOf(M, 5, 3), ...runsOf(S, 500, 3)], ['40 s hold 3 of 5.']);
    expect(supports).toBe('');
    expect(not).toContain('Any difference between targets under steady, for want of valid repetitions.');
    expect(not).toContain('40 s hold 3 of 5.');
  });

  it('When only one pair has too few repetitions, then that is said of it alone', () => {
    const { supports, not } = concludeFrom([...runsOf(M, 5), ...runsOf(S, 8), ...runsOf(MD, 8, 3)]);
    expect(supports).toContain('serverless/postgres against microservices/postgres');
    expect(not).toContain(
      'microservices/dynamodb against microservices/postgres: nothing about median latency',
    );
    expect(not).not.toContain('Any difference');
  });

  it('When all of a 2 x 2 has too few repetitions, then one sentence says so for each of the two analyses', () => {
    const { not } = concludeFrom([M, S, MD, SD].flatMap((target) => runsOf(target, 5, 1)));
    expect(not.match(/want of/g)).toHaveLength(2);
    expect(not).toContain('Under steady: no parting of style and store');
  });

  it('When runs were refused or broken, then it is said how many and why', () => {
    const broken = { refused: true, broken: 'It did not start.', load: null, measured: null };
    const { not } = concludeFrom([
      refusedRun(M, 1, 5),
      refusedRun(S, 1, 5),
      goodRun(S, 2, 5, broken),
      goodRun(M, 2, 5),
    ]);
    expect(not).toContain('2 runs of 4 failed a gate and count for nothing: host-others (2).');
    expect(not).toContain('serverless/postgres under steady, block 2, had no load: It did not start.');
  });

  it('When one run was refused, then it counts for nothing', () => {
    expect(concludeFrom([refusedRun(M, 1, 5), goodRun(S, 1, 5)]).not).toContain(
      '1 run of 2 failed a gate and counts for nothing: host-others (1).',
    );
  });

  it('When style and store were crossed, then it is told how much is which, and which is more', () => {
    const { supports, not } = concludeFrom([
      ...runsOf(M, 5),
      ...runsOf(S, 8),
      ...runsOf(MD, 15),
      ...runsOf(SD, 18),
    ]);
    expect(supports).toMatch(
      /median latency \(2 x 2, 5 blocks\): serverless instead of microservices adds (2\.9|3)/,
    );
    expect(supports).toMatch(/DynamoDB \(emulated\) instead of PostgreSQL adds (9\.9|10)/);
    expect(supports).toContain('The store changes more than the style.');
    expect(supports).not.toContain('simply add up');
    expect(not).toContain('CPU time per 1,000 requests (2 x 2): no effect shown of the style and the store');
    expect(not).toContain('differ in style and in store');
    expect(not).toMatch(/of 6 pairs, up to 0\.3 are expected/);
  });

  it('When they do not add up, then that is told', () => {
    const { supports } = concludeFrom([
      ...runsOf(M, 5),
      ...runsOf(S, 8),
      ...runsOf(MD, 15),
      ...runsOf(SD, 12),
    ]);
    expect(supports).toMatch(
      /do not simply add up: the step to serverless adds (5\.9|6)\S* ms \(.*\) less on DynamoDB/,
    );
  });

  it('When anything was run here, then it never supports AWS, other machines or emulated stores', () => {
    const { not } = concludeFrom([...runsOf(M, 5), ...runsOf(SD, 8)]);
    for (const word of [
      "AWS's latency",
      'Any other machine',
      "DynamoDB's, S3's",
      'colder caches',
      'one machine within minutes',
    ])
      expect(not).toContain(word);
  });

  it('When a target is not faithful, then nothing about its style follows; when it is a URL, then nothing is said of emulators', () => {
    const offline = { ...S, name: 'serverless-offline', faithful: false };
    expect(concludeFrom(runsOf(offline, 5)).not).toContain(
      'serverless-offline does not behave as its platform does',
    );
    const { not } = concludeFrom([...runsOf(at('mine'), 5)]);
    expect(not).not.toMatch(/emulators|does not behave/);
  });
});
