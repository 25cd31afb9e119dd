import { describe, expect, it } from 'vitest';
import { planRuns } from '../../../compare/experiment/plan.ts';
import type { ProgressEvent, RunDeps } from '../../../compare/experiment/run-deps.ts';
import { runPlan } from '../../../compare/experiment/run-plan.ts';
import { RunRecord } from '../../../compare/results/run-record.ts';
import { embedded, goodLoad, goodMeasurement } from './runs.ts';

type Deps = RunDeps<string, string>;

const runs = planRuns({
  targets: [embedded('microservices'), embedded('serverless')],
  shapes: ['steady'],
  repetitions: 2,
  seed: 1,
});
const plan = { runs, rate: 100, durationSeconds: 10, warmUpSeconds: 2, overheadSeconds: () => 6 };
const never = (): Promise<never> => new Promise(() => {});

/** Targets that write down what is done to them, on a clock that each start and each load moves on. */
const makeFake = (more: Partial<Deps> = {}) => {
  const log: string[] = [];
  const events: ProgressEvent[] = [];
  const clock = { now: 1_000_000 };
  const deps: Deps = {
    start: async ({ name }) => {
      log.push(`start ${name}`);
      clock.now += 3_000;
      return name;
    },
    smoke: async () => null,
    prepare: async (stack) => `accounts of ${stack}`,
    observe: () => ({
      begin: async () => void log.push('observe'),
      generator: (pid) => void log.push(`generator ${pid}`),
      end: async ({ measuredFromEpochMs, durationSeconds, answered }) => {
        log.push(`measured ${clock.now - measuredFromEpochMs} ${durationSeconds} ${answered}`);
        return goodMeasurement();
      },
      stop: async () => void log.push('observed'),
    }),
    generate: async (_stack, prepared, { seed, rate }, listener) => {
      log.push(`load on ${prepared} ${seed} ${rate}`);
      listener.generator(7);
      listener.measuredFrom(clock.now + 2_000);
      clock.now += 12_000;
      return goodLoad();
    },
    invariants: async () => [{ name: 'no oversell', ok: true, says: 'none' }],
    stop: async (stack) => void log.push(`stop ${stack}`),
    now: () => clock.now,
    cores: 2,
    onProgress: (event) => void events.push(event),
    ...more,
  };
  return { log, events, deps };
};

describe('runPlan', () => {
  it('When all goes well, then each run is made in its order, one stack at a time, with a record that holds', async () => {
    const { log, deps } = makeFake();
    const records = await runPlan(plan, deps);
    expect(records.map((record) => RunRecord.parse(record).id)).toEqual(runs.map(({ id }) => id));
    expect(records.every(({ refused, broken }) => !refused && broken === null)).toBe(true);
    expect(log).toEqual(
      runs.flatMap(({ target: { name }, seed }) => [
        `start ${name}`,
        'observe',
        `load on accounts of ${name} ${seed} 100`,
        'generator 7',
        'measured 10000 10 1000',
        'observed',
        `stop ${name}`,
      ]),
    );
  });

  it('When runs are made, then progress tells the phase, the run and a time left that learns from what runs took', async () => {
    const { events, deps } = makeFake();
    await runPlan(plan, deps);
    expect(events.filter(({ number }) => number === 1).map(({ phase }) => phase)).toEqual([
      'start',
      'smoke',
      'prepare',
      'warm-up',
      'check',
      'stop',
      'done',
    ]);
    const left = events.filter(({ phase }) => phase === 'start').map(({ secondsLeft }) => secondsLeft);
    // The plan thought of 6 s beside the load of 12 s; it was 3 s.
    expect(left).toEqual([4 * 18, 18 + 18 + 15, 15 + 15, 15]);
    expect(events.at(-1)).toMatchObject({ phase: 'done', number: 4, of: 4, secondsLeft: 0, share: 1 });
    expect(events.at(-1)?.record?.id).toBe(runs.at(-1)?.id);
  });

  it('When a gate fails, then the run is kept and marked', async () => {
    const { deps } = makeFake({
      invariants: async () => [{ name: 'no oversell', ok: false, says: 'sold 3 of 2' }],
    });
    const [record] = await runPlan(plan, deps);
    expect(record).toMatchObject({ refused: true, broken: null, load: { offered: 1_000 } });
  });

  it.each<[string, Partial<Deps>, string, boolean]>([
    ['does not start', { start: () => Promise.reject(new Error('port taken')) }, 'port taken', false],
    [
      'fails its smoke test',
      { smoke: async () => 'GET /products is 500' },
      'Its smoke test failed: GET /products is 500',
      true,
    ],
    [
      'cannot be prepared',
      { prepare: () => Promise.reject(new Error('no administrator')) },
      'no administrator',
      true,
    ],
    [
      'has no load',
      { generate: () => Promise.reject(new Error('the generator ended')) },
      'the generator ended',
      true,
    ],
  ])(
    'When a target %s, then its runs are broken, it is stopped, and the others go on',
    async (_, fault, why, starts) => {
      const { log, deps } = makeFake();
      const isBad = (stack: unknown): boolean => JSON.stringify(stack).includes('serverless');
      const faulty = Object.fromEntries(
        Object.entries(fault).map(([name, bad]) => {
          const good = deps[name as 'smoke'] as (...args: unknown[]) => unknown;
          return [
            name,
            (...args: unknown[]) => (isBad(args[0]) ? (bad as typeof good)(...args) : good(...args)),
          ];
        }),
      );
      const records = await runPlan(plan, { ...deps, ...faulty });
      for (const record of records) {
        RunRecord.parse(record);
        const bad = record.target.style === 'serverless';
        expect([record.broken, record.refused, record.load === null]).toEqual(
          bad ? [why, true, true] : [null, false, false],
        );
        if (bad) expect(record.gates).toMatchObject([{ name: 'smoke', ok: false, says: why }]);
      }
      expect(log.filter((line) => line === 'stop serverless/postgres')).toHaveLength(starts ? 2 : 0);
      expect(log.filter((line) => line === 'stop microservices/postgres')).toHaveLength(2);
      expect(log.filter((line) => line === 'observe').length).toBe(
        log.filter((line) => line === 'observed').length,
      );
    },
  );

  it('When the measurement or the invariants fail, then the load is kept and refused with the reason', async () => {
    const { deps } = makeFake();
    const observe: Deps['observe'] = (...args) => ({
      ...deps.observe(...args),
      end: () => Promise.reject(new Error('lost the stack')),
    });
    const [unmeasured] = await runPlan(plan, { ...deps, observe });
    expect(unmeasured).toMatchObject({ refused: true, measured: null, load: { offered: 1_000 } });
    expect(unmeasured?.gates.find(({ name }) => name === 'clock')?.says).toContain('lost the stack');
    const [unchecked] = await runPlan(plan, {
      ...deps,
      invariants: () => Promise.reject(new Error('no answer')),
    });
    expect(unchecked?.gates.find(({ name }) => name === 'invariants')).toMatchObject({
      ok: false,
      says: 'Broken: can be looked at (no answer).',
    });
  });

  it.each(['smoke', 'prepare', 'generate', 'invariants'] as const)(
    'When it is given up during %s, then it ends at once with the reason, the stack stopped and nothing started after',
    async (phase) => {
      const giveUp = new AbortController();
      const hang = (): Promise<never> => {
        queueMicrotask(() => giveUp.abort(new Error('Ctrl-C')));
        return never();
      };
      const { log, deps } = makeFake({ [phase]: hang });
      await expect(runPlan(plan, deps, giveUp.signal)).rejects.toThrow('Ctrl-C');
      expect(log.filter((line) => /^(start|stop)/.test(line))).toEqual([
        `start ${runs[0]?.target.name}`,
        `stop ${runs[0]?.target.name}`,
      ]);
      expect(log.filter((line) => line === 'observe').length).toBe(
        log.filter((line) => line === 'observed').length,
      );
    },
  );

  it('When it is given up while a target starts, then what was started is stopped', async () => {
    const giveUp = new AbortController();
    const { log, deps } = makeFake({
      start: async ({ name }) => {
        giveUp.abort(new Error('Ctrl-C'));
        return name;
      },
    });
    await expect(runPlan(plan, deps, giveUp.signal)).rejects.toThrow('Ctrl-C');
    expect(log).toEqual([`stop ${runs[0]?.target.name}`]);
  });

  it('When a stack cannot be stopped, then no other is started beside it', async () => {
    const { log, deps } = makeFake({ stop: () => Promise.reject(new Error('still there')) });
    await expect(runPlan(plan, deps)).rejects.toThrow('could not be stopped: still there');
    expect(log.filter((line) => line.startsWith('start'))).toHaveLength(1);
  });

  it('When a block has a refused run, then a spare block takes its place, and no more than needed', async () => {
    const targets = [embedded('microservices'), embedded('serverless')];
    const spare = planRuns({ targets, shapes: ['steady', 'spike'], repetitions: 5, seed: 1 });
    const { deps, events } = makeFake();
    let loads = 0;
    const generate: Deps['generate'] = async (...args) => {
      const load = await deps.generate(...args);
      const { block, shape, target } = args[2];
      loads += 1;
      return block === 2 && shape === 'spike' && target.style === 'serverless'
        ? { ...load, answered: 1 }
        : load;
    };
    const records = await runPlan({ ...plan, runs: spare, repetitions: 2 }, { ...deps, generate });
    expect(loads).toBe(10);
    const extra = records.filter(({ block }) => block > 2);
    expect(extra.map(({ block, shape }) => `${block} ${shape}`)).toEqual(['3 spike', '3 spike']);
    expect(records.filter(({ refused }) => refused)).toHaveLength(1);
    expect(events.find(({ number }) => number === 1)?.of).toBe(8);
    expect(events.at(-1)).toMatchObject({ number: 10, of: 10, secondsLeft: 0 });
  });

  it('When the machine spoils a run, then it is made again at once, in its block and with its traffic, until no more may be', async () => {
    const { deps, events } = makeFake();
    const late = { ...goodLoad().lag, p99: 1_000 };
    const generate: Deps['generate'] = async (...args) => {
      const load = await deps.generate(...args);
      return args[2].target.style === 'serverless' && !args[2].id.includes('b2')
        ? { ...load, lag: late }
        : load;
    };
    const three = planRuns({
      ...{ targets: [embedded('microservices'), embedded('serverless')], shapes: ['steady'] },
      ...{ repetitions: 4, seed: 1 },
    });
    const records = await runPlan({ ...plan, runs: three, mostAgain: 2 }, { ...deps, generate });
    const ids = three.flatMap(({ id, target, block }) =>
      target.style === 'serverless' && (block === 1 || block === 3) ? [id, `${id}-again`] : [id],
    );
    expect(records.map(({ id }) => id)).toEqual(ids);
    const [first, again] = records.filter(
      ({ block, target }) => block === 1 && target.style === 'serverless',
    );
    expect(again).toMatchObject({ block: 1, seed: first?.seed, position: first?.position, refused: true });
    expect(events.at(-1)).toMatchObject({ number: 10, of: 10, share: 1 });
  });

  it('When a target fails a run, then it is not made again', async () => {
    const { deps } = makeFake({
      generate: async (...args) => ({ ...(await makeFake().deps.generate(...args)), answered: 1 }),
    });
    const records = await runPlan({ ...plan, mostAgain: 9 }, deps);
    expect(records.map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
    expect(records.every(({ refused }) => refused)).toBe(true);
  });

  it('When a run hangs, then it is broken after its patience and the next one is made', async () => {
    const quick = {
      ...plan,
      runs: runs.slice(0, 1),
      durationSeconds: 0.02,
      warmUpSeconds: 0.01,
      overheadSeconds: () => 0,
    };
    const { log, deps } = makeFake({ smoke: never });
    const [record] = await runPlan({ ...quick, patienceSeconds: 0.05 }, deps);
    expect(record?.broken).toMatch(/^The run did not end within/);
    expect(log.at(-1)).toBe(`stop ${runs[0]?.target.name}`);
  });
});
