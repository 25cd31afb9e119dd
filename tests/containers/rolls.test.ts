import { loadavg } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scale } from '../../local/containers/scale.ts';
import { makeOperator, type Operator, SERVICES, type Service } from './load/operator.ts';
import { rollOften, tableOf } from './load/rolling.ts';
import { FULL, size } from './load/sizes.ts';
import { describeStack } from './support/shared-stack.ts';

/** Replicas of a service while it is rolled. */
const REPLICAS = 2;

/** Longest time from SIGTERM to the exit of an old container, in ms: the contract's hard stop. */
const EXIT_MS = 25_000;

const ROLLS = size(20, 1);

/** Longest time for all of the rolls, the services at the same time, in ms: on two idle cores they take eight minutes. */
const FULL_MS = 2_400_000;

describeStack('Rolling restarts', (stack) => {
  let operator: Operator;
  beforeAll(async () => {
    operator = await makeOperator(stack);
    await scale(operator.deps, Object.fromEntries(SERVICES.map((service) => [service, REPLICAS])));
  });
  afterAll(async () => {
    await scale(operator.deps, stack.scale);
    operator.close();
  });

  const rollAndJudge = async (services: readonly Service[]): Promise<void> => {
    const rolling = await rollOften(stack, operator, services, ROLLS);
    const { ends, failures, lost, sent } = rolling;
    // Whoever reads of a failure wants to know whether the machine had other things to do.
    console.log(`${tableOf(rolling)}\nload average ${loadavg().map((load) => load.toFixed(1))}`);
    expect(failures).toEqual([]);
    expect(lost).toBe(0);
    expect(sent).toBeGreaterThan(ROLLS * 100);
    expect(ends.length).toBe(ROLLS * REPLICAS * services.length);
    for (const end of ends) {
      expect(end).toMatchObject({ exitCode: 0, signals: ['15'] });
      expect(end.drainMs).toBeLessThan(EXIT_MS);
    }
  };

  if (FULL) {
    it(
      'When all services are rolled 20 times, then no request fails and every old container ends in order',
      {
        timeout: FULL_MS,
      },
      () => rollAndJudge(SERVICES),
    );
  } else {
    for (const service of SERVICES)
      it(`When ${service} is rolled, then no request fails and every old container ends in order`, () =>
        rollAndJudge([service]));
  }
});
