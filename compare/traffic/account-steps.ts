import type { Answered } from '../generator/types.ts';
import type { LoggedIn } from './job.ts';
import {
  accountOf,
  type Given,
  jsonHeaders,
  type Run,
  readJson,
  type TakeStep,
  type Visit,
} from './visit.ts';

/** Newcomers register. */
export const registerAccount: TakeStep = async (run, visit, { operation, at }) => {
  const sent = run.engine.send({
    operation,
    method: 'POST',
    url: `${run.job.urls.auth}/auth/register`,
    headers: jsonHeaders,
    body: JSON.stringify(accountOf(run, visit)),
    intendedAt: at,
    expected: [202],
  });
  visit.registered = sent.then((answer) => (answer.ok ? { value: true, at: answer.at } : undefined));
  await visit.registered;
};

/** The request of a log-in. */
export const logInRequest = (run: Run, account: Pick<LoggedIn, 'email' | 'password'>) =>
  ({
    method: 'POST',
    url: `${run.job.urls.auth}/auth/login`,
    headers: jsonHeaders,
    body: JSON.stringify({ email: account.email, password: account.password }),
    expected: [200],
  }) as const;

/** The token of a log-in's answer, and when it expires, ms since the epoch. */
export const tokenOf = (run: Run, answer: Answered): Pick<LoggedIn, 'token' | 'expiresAt'> | undefined => {
  if (!answer.ok) return undefined;
  const body = readJson(answer) as { accessToken?: unknown; expiresIn?: unknown };
  if (typeof body.accessToken !== 'string' || typeof body.expiresIn !== 'number') return undefined;
  return { token: body.accessToken, expiresAt: run.clock() + body.expiresIn * 1_000 };
};

const enter = async (
  run: Run,
  visit: Visit,
  step: { readonly operation: string; readonly at: number },
): Promise<Given<string> | undefined> => {
  const registered = visit.registered && (await visit.registered);
  if (visit.registered && !registered) {
    run.engine.abandon(step.operation, step.at);
    return undefined;
  }
  const account = accountOf(run, visit);
  const { operation, at: intendedAt } = step;
  const readyAt = registered && { readyAt: registered.at };
  const answer = await run.engine.send({ ...logInRequest(run, account), operation, intendedAt, ...readyAt });
  const got = tokenOf(run, answer);
  if (!got) return undefined;
  if (visit.customer < 0) {
    visit.customer = run.ledger.customers.length;
    run.ledger.customers.push({ email: account.email, password: account.password, ...got });
  }
  return { value: got.token, at: answer.at };
};

/** Customers log in; a newcomer becomes one of the ledger's customers by that. */
export const logIn: TakeStep = async (run, visit, step) => {
  visit.token = enter(run, visit, step);
  await visit.token;
};

/** The token of a session: from its own log-in, or from before the run. */
export const tokenFor = (run: Run, visit: Visit): Promise<Given<string> | undefined> => {
  if (visit.token) return visit.token;
  const token = run.ledger.customers[visit.customer]?.token;
  return Promise.resolve(token === undefined ? undefined : { value: token, at: 0 });
};
