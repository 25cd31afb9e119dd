import type { Planned } from './types.ts';

/** How a request ended. `error`: there is no whole answer (it could not connect, or the connection broke). */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'error' };

/** Carries requests to where they go. */
export type Transport = {
  /**
   * Sends at once, over a connection of the request's own that is kept for the next one.
   *
   * @param done called once, later, unless it is cancelled before
   * @returns cancels it: the connection is closed, `done` is not called any more
   */
  readonly send: (request: Planned, done: (outcome: Outcome) => void) => () => void;
  readonly close: () => Promise<void>;
};
