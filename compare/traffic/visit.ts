import type { UploadForm } from '../../shared/images/schema.ts';
import type { Answered, Engine, Planned } from '../generator/types.ts';
import type { LoggedIn, ShopJob } from './job.ts';
import type { LedgerOrder, OpenLedger } from './ledger.ts';
import type { PlannedSession, PlannedStep } from './plan-sessions.ts';

/** Something that an answer gave, and when, in ms of the engine's clock. */
export type Given<T> = { readonly value: T; readonly at: number };

/** What a later step waits for; it gives undefined when the step before failed. */
export type Promised<T> = Promise<Given<T> | undefined>;

/** An order as its session needs it again: what was sent, and the shop's note of it. */
export type PlacedOrder = { readonly note: LedgerOrder; readonly key: string; readonly body: string };

/** What one run's traffic shares. */
export type Run = {
  readonly job: ShopJob;
  readonly engine: Engine;
  readonly ledger: OpenLedger;
  readonly photo: Uint8Array;
  /** The administrator's token, renewed in time. */
  readonly administrator: { token: string };
  /** Keeps the run from ending before this is over. */
  readonly follow: (work: Promise<void>) => void;
  /** The time now, ms since the epoch. */
  readonly clock: () => number;
};

/** A session under way, with what its steps leave for later ones. */
export type Visit = {
  readonly session: PlannedSession;
  /** Who places its orders: where in the ledger's customers. Not known before a newcomer has logged in. */
  customer: number;
  registered?: Promised<true>;
  token?: Promised<string>;
  order?: Promised<PlacedOrder>;
  seen?: Promised<{ readonly product: number; readonly etag: string; readonly onHand: number }>;
  form?: Promised<{ readonly imageId: string; readonly product: string; readonly upload: UploadForm }>;
};

/** Does one step: sends its request when what it depends on is there. */
export type TakeStep = (run: Run, visit: Visit, step: PlannedStep) => Promise<void>;

const JSON_TYPE = { 'content-type': 'application/json' } as const;

/** Header fields of a request with this token, with a JSON body or without. */
export const bearer = (token: string, json = false): Readonly<Record<string, string>> => ({
  ...(json && JSON_TYPE),
  authorization: `Bearer ${token}`,
});

/** Sends JSON without a token. */
export const jsonHeaders: Readonly<Record<string, string>> = JSON_TYPE;

/** The JSON object of an answer; an empty one when it is none. */
export const readJson = ({ bytes }: Answered): object => {
  try {
    const json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
};

/**
 * Waits for what a step depends on, then sends it. Counts it as abandoned, and gives undefined, when that has failed.
 */
export const sendAfter = async <T>(
  run: Run,
  step: PlannedStep,
  needed: Promised<T> | undefined,
  request: (value: T) => Omit<Planned, 'operation' | 'intendedAt' | 'readyAt'>,
): Promise<Answered | undefined> => {
  const given = await needed;
  if (!given) {
    run.engine.abandon(step.operation, step.at);
    return undefined;
  }
  const { operation, at: intendedAt } = step;
  return run.engine.send({ ...request(given.value), operation, intendedAt, readyAt: given.at });
};

/** The account of whom a session is: one that was there before, or a newcomer's own. */
export const accountOf = (run: Run, { session, customer }: Visit): Pick<LoggedIn, 'email' | 'password'> => {
  const known = run.ledger.customers[customer];
  if (known) return known;
  const { unique } = run.job.prepared;
  return {
    email: `load-${unique}-n${session.index}@duet.example`,
    password: `newcomer-${unique}-${session.index}`,
  };
};
