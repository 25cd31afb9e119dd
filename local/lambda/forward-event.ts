/** Takes an asynchronous invocation off the runtime's hands. When it resolves, the event is safe. */
export type ForwardEvent = (functionName: string, payload: string, requestId: string) => Promise<void>;

const LIMIT_MS = 5_000;

/**
 * Hands asynchronous invocations to the local cloud, which keeps them in its database and calls back, as Lambda's own queue does:
 * with retries and a failure destination, over a crash of either process.
 *
 * @param controlUrl gives the cloud's control port, once it runs
 * @returns rejects with an Error when the cloud does not take the event
 */
export const makeForwardEvent =
  (controlUrl: () => Promise<string>): ForwardEvent =>
  async (functionName, payload, requestId) => {
    const reply = await fetch(`${await controlUrl()}/invocations/${encodeURIComponent(functionName)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
      body: payload,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const text = await reply.text();
    if (reply.status === 202) return;
    throw new Error(`The local cloud does not take an event for ${functionName}: ${reply.status} ${text}`);
  };
