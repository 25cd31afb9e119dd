import { logInRequest, tokenOf } from './account-steps.ts';
import type { LoggedIn } from './job.ts';
import type { Run } from './visit.ts';

/** A token is renewed so long before it expires, in ms, and so long after a renewal that failed. */
const AHEAD_MS = 3 * 60_000;
const RETRY_MS = 5_000;

/** A token and where the new one goes. */
type Renewable = { readonly now: LoggedIn; readonly put: (renewed: LoggedIn) => void };

/**
 * Renews the tokens of the customers and the administrator who were there before the run, each by a log-in of its own before it
 * expires: access tokens live 15 minutes, runs may be longer. Goes on until `isOver`; renewals keep no run from ending.
 */
export const renewTokens = (run: Run, isOver: () => boolean): void => {
  const { engine, ledger, job, clock } = run;
  const renewAt = ({ now, put }: Renewable, moment: number): void => {
    engine.at(moment, () => {
      if (!isOver()) void renew({ now, put }, moment);
    });
  };
  const renew = async ({ now, put }: Renewable, intendedAt: number): Promise<void> => {
    const request = { ...logInRequest(run, now), operation: 'renew-token', reactive: true, intendedAt };
    const got = tokenOf(run, await engine.send(request));
    const next = got ? { ...now, ...got } : now;
    if (got) put(next);
    renewAt({ now: next, put }, got ? momentOf(next) : engine.now() + RETRY_MS);
  };
  const momentOf = ({ expiresAt }: LoggedIn): number => engine.now() + expiresAt - clock() - AHEAD_MS;

  for (const [index, now] of ledger.customers.entries()) {
    const put = (renewed: LoggedIn): void => {
      ledger.customers[index] = renewed;
    };
    renewAt({ now, put }, momentOf(now));
  }
  const { administrator } = job.prepared;
  const put = ({ token }: LoggedIn): void => {
    run.administrator.token = token;
  };
  renewAt({ now: administrator, put }, momentOf(administrator));
};
