import { availableParallelism } from 'node:os';
import type { RunDeps } from './experiment/run-deps.ts';
import { startGenerator } from './generator/start-generator.ts';
import type { LoadOptions } from './load-options.ts';
import { smoke } from './targets/smoke.ts';
import type { Started, Target } from './targets/target.ts';
import { checkInvariants } from './traffic/invariants.ts';
import type { Prepared } from './traffic/job.ts';
import type { Ledger } from './traffic/ledger.ts';
import { prepare } from './traffic/prepare.ts';
import type { ShapeName } from './traffic/shapes.ts';

/** A stack that runs, with the target that it is of. */
export type RunningStack = { readonly target: Target; readonly started: Started };

/** What a run's traffic needs, and what it has done, once it has. */
type Goods = { readonly prepared: Prepared; ledger?: Ledger };

/**
 * How the runs of a load test are made of targets, traffic and generator. What was prepared in a shop is used again by the
 * next run on the same data.
 */
export const makeRunDeps = (
  targets: readonly Target[],
  { mix, arrivals }: Pick<LoadOptions, 'mix' | 'arrivals'>,
): RunDeps<RunningStack, Goods> => {
  const earlier = new Map<string, Prepared>();
  return {
    now: Date.now,
    cores: availableParallelism(),
    start: async ({ name }) => {
      const target = targets.find(({ info }) => info.name === name);
      if (!target) throw new Error(`There is no target ${name}.`);
      return { target, started: await target.start() };
    },
    stop: ({ started }) => started.stop(),
    smoke: async ({ target, started }) => {
      const { ok, says } = await smoke(started, target.info);
      return ok ? null : says;
    },
    prepare: async ({ target, started }) => {
      const { name } = target.info;
      const prepared = await prepare({
        urls: started.baseUrls,
        administrator: started.administrator,
        earlier: earlier.get(name),
      });
      earlier.set(name, prepared);
      return { prepared };
    },
    observe: ({ started }) => started.observe(),
    generate: async ({ started }, goods, run, listener, signal) => {
      const { warmUpSeconds, durationSeconds, rate, seed } = run;
      const { prepared } = goods;
      const shape = run.shape as ShapeName;
      const plan = { mix, shape, rate, durationSeconds, warmUpSeconds, seed };
      const generator = startGenerator(
        {
          mode: 'open-loop',
          warmUpSeconds,
          durationSeconds,
          traffic: { kind: 'shop', arrivals, ...plan, urls: started.baseUrls, prepared },
        },
        {
          onStart: (at) => listener.measuredFrom(at + warmUpSeconds * 1_000),
          onLeft: (left) => {
            goods.ledger = left as Ledger;
          },
        },
      );
      listener.generator(generator.pid);
      const abort = (): void => void generator.abort();
      signal.addEventListener('abort', abort, { once: true });
      try {
        signal.throwIfAborted();
        return await generator.result;
      } finally {
        signal.removeEventListener('abort', abort);
        await generator.abort();
      }
    },
    invariants: async ({ started }, { prepared, ledger }) => {
      if (!ledger) throw new Error('the traffic has left no ledger');
      return checkInvariants({ urls: started.baseUrls, prepared, ledger });
    },
  };
};
