import type { Engine, Traffic } from '../generator/types.ts';
import { logIn, registerAccount } from './account-steps.ts';
import { checkStock, requestUpload, setStock, uploadPhoto } from './administrator-steps.ts';
import { getProduct, listProducts } from './browse-steps.ts';
import type { ShopJob } from './job.ts';
import { type Ledger, openLedger } from './ledger.ts';
import type { Operation } from './mix.ts';
import { cancelOrder, listOrders, placeOrder, repeatOrder } from './order-steps.ts';
import { type PlannedSession, type PlannedStep, planSessions, type Schedule } from './plan-sessions.ts';
import { renewTokens } from './renew-tokens.ts';
import type { Run, TakeStep, Visit } from './visit.ts';

const STEPS: Readonly<Record<Operation, TakeStep>> = {
  'register-account': registerAccount,
  'log-in': logIn,
  'list-products': listProducts,
  'get-product': getProduct,
  'place-order': placeOrder,
  'repeat-order': repeatOrder,
  'list-orders': listOrders,
  'cancel-order': cancelOrder,
  'check-stock': checkStock,
  'set-stock': setStock,
  'request-upload': requestUpload,
  'upload-photo': uploadPhoto,
};

type Due = { readonly visit: Visit; readonly step: PlannedStep; readonly isFirst: boolean };

const dueOf = (sessions: readonly PlannedSession[]): readonly Due[] =>
  sessions
    .flatMap((session) => {
      const visit: Visit = { session, customer: session.kind === 'newcomer' ? -1 : session.customer };
      return session.steps.map((step, index) => ({ visit, step, isFirst: index === 0 }));
    })
    .sort((a, b) => a.step.at - b.step.at);

/** Takes each step at its moment: one call of the engine's clock stands for all steps to come. Resolves after the last is taken. */
const feed = (run: Run, due: readonly Due[]): Promise<void> =>
  new Promise((resolve) => {
    const { engine } = run;
    let next = 0;
    const takeThoseDue = (): void => {
      const now = engine.now();
      for (let one = due[next]; one; one = due[next]) {
        const { visit, step, isFirst } = one;
        if (step.at > now) {
          engine.at(step.at, takeThoseDue);
          return;
        }
        next += 1;
        if (isFirst) engine.session(step.at);
        run.follow(STEPS[step.operation](run, visit, step));
      }
      resolve();
    };
    takeThoseDue();
  });

/** Traffic, and the ledger of what it has done so far: complete when the traffic has resolved. */
export type ShopTraffic = { readonly traffic: Traffic; readonly ledger: () => Ledger };

/**
 * Makes the traffic of a whole shop. All of it is fixed by the job before it starts: 0 of the engine's clock is the start of the warm-up,
 * and the measured time begins `warmUpSeconds` later. The traffic resolves when every planned request is answered and every
 * order and photo is settled, or was not within its limit.
 *
 * @param schedule fixes when sessions begin
 * @param clock ms since the epoch, for the life of tokens
 */
export const makeShopTraffic = (
  job: ShopJob,
  schedule: Schedule,
  clock: () => number = Date.now,
): ShopTraffic => {
  const due = dueOf(planSessions(job, schedule));
  const ledger = openLedger(job.prepared.customers);
  const traffic = async (engine: Engine): Promise<void> => {
    const open = new Set<Promise<void>>();
    const follow = (work: Promise<void>): void => {
      const kept = work.finally(() => open.delete(kept));
      open.add(kept);
    };
    const run: Run = {
      job,
      engine,
      ledger,
      photo: Buffer.from(job.prepared.photo, 'base64'),
      administrator: { token: job.prepared.administrator.token },
      follow,
      clock,
    };
    let isOver = false;
    renewTokens(run, () => isOver);
    try {
      await feed(run, due);
      while (open.size > 0) await Promise.all(open);
    } finally {
      isOver = true;
    }
  };
  return { traffic, ledger: () => ledger };
};
