/** Functions that go wrong, and a few that do not, for the tests of local/offline. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

const never = new Promise<never>(() => undefined);

/** Answers with the event that it got. */
export const ok = async (event: unknown) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(event),
});

export const throws = async () => {
  throw new TypeError('boom');
};

export const throwsText = () => {
  throw 'plain';
};

export const rejectsInTimer = () => {
  setTimeout(() => void Promise.reject(new Error('nobody listens')), 1);
  return never;
};

export const throwsInTimer = () => {
  setTimeout(() => {
    throw new Error('in a timer');
  }, 1);
  return never;
};

export const exits = () => process.exit(3);

/** Fills the heap of its environment. */
export const exhausts = () => {
  const kept: number[][] = [];
  for (;;) kept.push(new Array(1_000_000).fill(kept.length));
};

export const hangs = () => never;

export const spins = () => {
  for (;;);
};

/** Succeeds, and takes its environment down afterwards. */
export const crashesLater = async () => {
  setTimeout(() => {
    throw new Error('after the reply');
  }, 20);
  return { statusCode: 200, body: 'fine' };
};

export const nonsense = async () => ({ statusCode: 0, body: 'none' });

let count = 0;

/** How many times this environment was invoked. */
export const counts = async () => {
  count += 1;
  return { statusCode: 200, body: String(count) };
};

export const slow = async () => {
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { statusCode: 200, body: 'slow' };
};

export const fallback = async (event: APIGatewayProxyEventV2) => ({
  statusCode: 404,
  body: `${event.requestContext.http.method} ${event.rawPath}`,
});

export const saysQuoted = async () => 'a "quoted" word';

export const saysNothing = async () => undefined;
