import type { Count, ReportData } from '../../../../compare/results/report-data.ts';
import type { RunRecord } from '../../../../compare/results/run-record.ts';
import { analysisFixture } from './analysis-fixture.ts';
import { type RunPlan, runFixture } from './run-fixture.ts';
import { SHAPES } from './shape-rates.ts';
import { ELSEWHERE, FOUR } from './targets.ts';

const count = (group: string, name: string, unit: string, ...figures: (number | null)[]): Count => {
  const [shared = null, microservices = null, serverless = null] = figures;
  return { group, name, unit, shared, microservices, serverless, how: `counted in ${name}` };
};

const COUNTS: readonly Count[] = [
  count('Lines of code', 'orders', 'lines', 412, 388, 296),
  count('Lines of code', 'edge', 'lines', null, 905, 420),
  count('Configuration', 'docker-compose.yml', 'lines', null, 163, null),
  count('Artefacts', 'bundles', 'kB', null, null, null),
];

const reportOf = (runs: RunRecord[], said: Pick<ReportData, 'supports' | 'doesNotSupport'>): ReportData => ({
  version: 1,
  at: '2026-03-14T10:12:00.000Z',
  command: 'npm run compare -- --seed 7 --stores postgres,dynamodb --shape steady,spike,on-off',
  tookSeconds: 4_312,
  plan: { shapes: 'steady, spike, on-off', repetitions: '5', 'requests per second': '40', seed: '7' },
  manifest: { CPU: 'A CPU of 2 cores', Memory: '16 GB', Node: 'v24.21.0', PostgreSQL: '17.10' },
  runs,
  ...analysisFixture(runs),
  counts: [...COUNTS],
  ...said,
});

const WRONG: Readonly<Record<string, Partial<RunPlan>>> = {
  'steady-2-3': { fails: 'send-lag' },
  'spike-4-1': { fails: 'host-others' },
  'spike-5-4': { fails: 'invariants' },
  'on-off-1-2': { broken: 'the stack was not ready within 30 s' },
};

/** A whole report: 2 x 2 targets, three shapes unless fewer are asked for, five repetitions, three refused runs and one that never began. */
export const fullFixture = (shapes: readonly string[] = Object.keys(SHAPES)): ReportData => {
  const plans: RunPlan[] = shapes.flatMap((shape) =>
    [1, 2, 3, 4, 5].flatMap((block) =>
      FOUR.map((_, index): RunPlan => {
        const behaviour = FOUR[(index + block) % FOUR.length] ?? ELSEWHERE;
        const position = index + 1;
        return { behaviour, shape, block, position, ...WRONG[`${shape}-${block}-${position}`] };
      }),
    ),
  );
  return reportOf(
    plans.map((plan, index) => runFixture(plan, index + 1)),
    {
      supports: [
        'Under steady, the median latency of serverless/dynamodb is 8.7 ms higher than that of microservices/postgres (8.1 to 9.4 ms).',
        'Under spike, the serverless stack starts environments within the second in which the requests come.',
        'About two thirds of the difference in median latency come with the store, one third with the style.',
      ],
      doesNotSupport: [
        'How either style would do on AWS: everything ran on one machine with two cores.',
        'What either costs: resources were measured, prices were not.',
      ],
    },
  );
};

/** The smallest report: one target, one run, and that is refused. */
export const smallestFixture = (): ReportData => {
  const [behaviour = ELSEWHERE] = FOUR;
  const run = runFixture({ behaviour, shape: 'steady', block: 1, position: 1, fails: 'achieved' }, 1);
  return {
    ...reportOf([run], {
      supports: [],
      doesNotSupport: ['Anything: the only run was refused, so there is no figure to conclude from.'],
    }),
    plan: {},
    counts: [],
  };
};

/** A target given by its URL: nothing is measured beside the traffic. */
export const urlFixture = (): ReportData => {
  const runs = [1, 2].map((block) =>
    runFixture({ behaviour: ELSEWHERE, shape: 'steady', block, position: 1, unmeasured: true }, block),
  );
  return reportOf(runs, {
    supports: ['The stack called staging answers half of all requests within 41 ms.'],
    doesNotSupport: ['Why: nothing was measured inside of it.'],
  });
};
