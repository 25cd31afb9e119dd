import { setTimeout as sleep } from 'node:timers/promises';

/** A reply of the typed client. */
type AnyReply<T> =
  | { readonly ok: true; readonly body: T }
  | { readonly ok: false; readonly body: { readonly title: string; readonly detail?: string | undefined } };

const ATTEMPTS = 3;

/**
 * Calls again what found nobody or an overloaded stack: 3 attempts, full jitter over 0.1 s to 2 s. Only for calls that
 * are safe or carry a key.
 */
export const retrying = async <T extends { readonly status: number }>(call: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const reply = await call();
      if (attempt === ATTEMPTS || reply.status < 500) return reply;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
    await sleep(100 + Math.random() * Math.min(2_000, 100 * 4 ** attempt));
  }
};

/**
 * The body of a reply that went well.
 *
 * @throws Error with the refusal's title and detail
 */
export const bodyOf = <T>(reply: AnyReply<T>): T => {
  if (reply.ok) return reply.body;
  throw new Error([reply.body.title, reply.body.detail].filter(Boolean).join('. '));
};
