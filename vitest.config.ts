import { defineConfig } from 'vitest/config';

/** What a suite needs beyond the defaults. Times in ms. */
type Needs = {
  readonly testTimeout?: number;
  readonly hookTimeout?: number;
  readonly parallel?: boolean;
  /** How many tests of a `describe.concurrent` run at the same time: many where they wait more than they work. */
  readonly atOnce?: number;
  /** How often a failed test is tried again: for suites that look at the moments of real processes, on machines that others share. */
  readonly retry?: number;
  /** What is started before the suite's first file and ended after its last. */
  readonly globalSetup?: string;
};

/**
 * One project a folder under tests/, run one after the other: a suite that starts databases and services has the machine
 * to itself, and two suites that both want a core never make each other slow. The quick ones come first.
 */
const suites: Readonly<Record<string, Needs>> = {
  unit: { parallel: true },
  architecture: { testTimeout: 60_000 },
  deploy: { testTimeout: 30_000 },
  local: { testTimeout: 60_000, hookTimeout: 60_000 },
  compare: { testTimeout: 60_000 },
  cloud: { testTimeout: 30_000, hookTimeout: 30_000 },
  offline: { testTimeout: 60_000, hookTimeout: 60_000 },
  lambda: { testTimeout: 60_000, hookTimeout: 60_000, parallel: true, atOnce: 6, retry: 2 },
  microservices: { testTimeout: 30_000, hookTimeout: 60_000 },
  stores: { testTimeout: 30_000, hookTimeout: 60_000, globalSetup: 'tests/stores/global-setup.ts' },
  package: { testTimeout: 120_000, hookTimeout: 120_000 },
  contract: { testTimeout: 60_000, hookTimeout: 90_000 },
  parity: { testTimeout: 120_000, hookTimeout: 90_000 },
  faults: { testTimeout: 180_000, hookTimeout: 90_000 },
  // Only `npm run test:containers` runs it: it needs a Docker Engine.
  containers: {
    testTimeout: 300_000,
    hookTimeout: 300_000,
    retry: 1,
    globalSetup: 'tests/containers/support/global-setup.ts',
  },
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Serves stacks to the suites that test them from outside; it starts none before a test asks for it.
    globalSetup: 'tests/support/global-setup.ts',
    projects: Object.entries(suites).map(
      ([name, { parallel = false, atOnce = 5, ...times }], groupOrder) => ({
        extends: true as const,
        test: {
          name,
          include: [`tests/${name}/**/*.test.ts`],
          // A process of its own for each file: native code (sharp, argon2) and signals behave as in production.
          pool: 'forks' as const,
          maxWorkers: parallel ? 2 : 1,
          maxConcurrency: atOnce,
          sequence: { groupOrder },
          ...times,
        },
      }),
    ),
  },
});
