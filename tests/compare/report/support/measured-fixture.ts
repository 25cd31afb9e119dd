import type { Measurement } from '../../../../compare/results/run-record.ts';
import { DURATION, SHAPES, WARM_UP } from './shape-rates.ts';
import type { Behaviour } from './targets.ts';

const seconds = (): number[] => Array.from({ length: DURATION + WARM_UP }, (_, index) => index - WARM_UP);

/** What such a stack would say of itself: environments follow the traffic at once, replicas with a delay. */
const stackOf = (shape: string, serverless: boolean, random: () => number): Measurement['stack'] => {
  const rate = SHAPES[shape] ?? (() => 0);
  let instances = serverless ? 0 : 3;
  return seconds().map((second) => {
    const wanted = serverless
      ? Math.ceil(rate(second) / 9)
      : Math.min(9, Math.max(3, Math.ceil(rate(second - 6) / 20)));
    const coldStarts = serverless ? Math.max(0, wanted - instances) : null;
    instances = serverless ? Math.max(instances, wanted) : wanted;
    const busy = Math.min(instances, Math.ceil(rate(second) / 12));
    return {
      second,
      instances,
      busy,
      coldStarts,
      throttles: serverless ? ((coldStarts ?? 0) > 8 ? Math.round(random() * 3) : 0) : null,
      errors: 0,
      billedGbSeconds: serverless ? busy * 0.5 : null,
      queueDepth: Math.round(random() * 3),
      outboxPending: Math.round(random() * 2),
      outboxAgeSeconds: random(),
    };
  });
};

/** What would be measured beside a run of this behaviour. */
export const measuredFixture = (
  { info, cpu, gb }: Behaviour,
  shape: string,
  random: () => number,
): Measurement => {
  const around = (value: number): number => value * (0.95 + random() * 0.1);
  const use = (component: 'generator' | 'gateway' | 'service' | 'store', c: number, g: number) => {
    const [cpuSecondsPer1000, gbSecondsPer1000] = [around(c), around(g)];
    const thousands = 2.4;
    return {
      component,
      cpuSeconds: cpuSecondsPer1000 * thousands,
      gbSeconds: gbSecondsPer1000 * thousands,
      cpuSecondsPer1000,
      gbSecondsPer1000,
    };
  };
  const serverless = info.style === 'serverless';
  const store = info.store === 'dynamodb' ? 2.6 : 1.2;
  return {
    processes: seconds().map((second) => ({
      second,
      name: 'orders',
      component: 'service' as const,
      cores: random(),
      memoryBytes: 9e7,
      instances: 1,
    })),
    stack: stackOf(shape, serverless, random),
    host: seconds().map((second) => ({
      second,
      usedCores: 1 + random() * 0.5,
      stealCores: 0,
      otherCores: 0,
    })),
    components: [
      use('generator', 0.6, 0.9),
      use('gateway', serverless ? 1.1 : 0.2, serverless ? 1 : 0.3),
      use('service', cpu, gb),
      use('store', store, store * 0.8),
    ],
    clockDriftMs: random() * 0.4,
  };
};
