import { defineConfig } from 'vitest/config';

/** What a suite needs beyond the defaults. Times in ms. */
type Needs = {
  readonly testTimeout?: number;
  readonly hookTimeout?: number;
  /** Suites of one round run at the same time, two files at once. */
  readonly round: number;
  /** Has the machine to itself, one file at a time. */
  readonly alone?: boolean;
  /** How many tests of a `describe.concurrent` run at the same time: many where they wait more than they work. */
  readonly atOnce?: number;
  /**
   * How often a failed test is tried again: for suites that look at the moments of real processes, on machines that others share. A stack
   * that the machine keeps waiting for a second answers 503, as its contract says. Suites that search for races have no second try.
   */
  readonly retry?: number;
  /** What is started before the suite's first file and ended after its last. */
  readonly globalSetup?: string;
};

/**
 * One project a folder under tests/. Rounds follow each other, the quick ones first: most suites wait for processes more than they
 * compute, so two files at once fill two cores. A suite that fills them by itself, or kills parts of the stacks, has the machine to itself.
 * A timeout is for what hangs, and several times what a slow machine takes: no test is to fail for the speed of its machine.
 */
const suites: Readonly<Record<string, Needs>> = {
  unit: { round: 0, testTimeout: 30_000 },
  architecture: { round: 0, testTimeout: 180_000 },
  deploy: { round: 0, testTimeout: 120_000 },
  compare: { round: 1, testTimeout: 180_000, hookTimeout: 180_000, retry: 1 },
  package: { round: 1, testTimeout: 300_000, hookTimeout: 300_000 },
  offline: { round: 1, testTimeout: 180_000, hookTimeout: 180_000, retry: 1 },
  cloud: { round: 1, testTimeout: 120_000, hookTimeout: 120_000, retry: 1 },
  local: { round: 1, testTimeout: 180_000, hookTimeout: 180_000, retry: 1 },
  microservices: { round: 1, testTimeout: 120_000, hookTimeout: 180_000, retry: 1 },
  stores: {
    round: 1,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    globalSetup: 'tests/stores/global-setup.ts',
  },
  lambda: { round: 2, testTimeout: 180_000, hookTimeout: 180_000, atOnce: 6, retry: 2 },
  contract: { round: 3, alone: true, testTimeout: 180_000, hookTimeout: 240_000, retry: 1 },
  parity: { round: 4, testTimeout: 300_000, hookTimeout: 240_000 },
  // Long as a whole: `npm test` leaves it out.
  faults: { round: 5, alone: true, testTimeout: 420_000, hookTimeout: 240_000 },
  // Only `npm run test:containers` runs it: it needs a Docker Engine.
  containers: {
    round: 6,
    alone: true,
    testTimeout: 420_000,
    hookTimeout: 420_000,
    retry: 1,
    globalSetup: 'tests/containers/support/global-setup.ts',
  },
};

const LONG = '*.long.test.ts';

/** Of a suite: its quick files, and those that `npm run test:long` runs and `npm test` leaves out. */
const projectsOf = ([suite, { round, alone = false, atOnce = 5, ...times }]: [string, Needs]) =>
  [
    { name: suite, files: '*.test.ts', exclude: [`**/${LONG}`] },
    { name: `${suite}-long`, files: LONG, exclude: [] },
  ].map(({ name, files, exclude }) => ({
    extends: true as const,
    test: {
      name,
      include: [`tests/${suite}/**/${files}`],
      exclude,
      // A process of its own for each file: native code (sharp, argon2) and signals behave as in production.
      pool: 'forks' as const,
      maxWorkers: alone ? 1 : 2,
      maxConcurrency: atOnce,
      sequence: { groupOrder: round },
      ...times,
    },
  }));

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Serves stacks to the suites that test them from outside; it starts none before a test asks for it.
    globalSetup: 'tests/support/global-setup.ts',
    projects: Object.entries(suites).flatMap(projectsOf),
  },
});
