import type { Shop } from './shop.ts';
import type { Combination, PartName, RunningStack } from './stack-names.ts';
import type { Wire } from './wire.ts';

/** A stack that the test run started, in the hands of a test. */
export type StackInHand = {
  readonly running: RunningStack;
  readonly shop: Shop;
  /** Kills a part as a power cut would. */
  readonly kill: (part: PartName) => Promise<void>;
  /** Starts it again; resolves when it is ready. */
  readonly restart: (part: PartName) => Promise<void>;
};

const ask = async (url: string, method: string): Promise<unknown> => {
  // Starting a stack may take longer than fetch's own limits of five minutes never will.
  const reply = await fetch(url, { method, signal: AbortSignal.timeout(120_000) });
  const text = await reply.text();
  if (!reply.ok) throw new Error(text);
  return JSON.parse(text);
};

/**
 * Asks for a stack; the first to ask for it starts it.
 *
 * @param stacksUrl where stacks are served
 * @param wire how the stack is reached
 */
export const openStack = async (stacksUrl: string, name: Combination, wire: Wire): Promise<StackInHand> => {
  const running = (await ask(`${stacksUrl}/${name}`, 'GET')) as RunningStack;
  const { origins, admin } = running;
  const title = name.replace('-', ' on ');
  const act = async (part: PartName, action: string): Promise<void> => {
    await ask(`${stacksUrl}/${name}/${part}/${action}`, 'POST');
  };
  return {
    running,
    shop: { name: title, origins, admin, wire, seen: new Set() },
    kill: (part) => act(part, 'kill'),
    restart: (part) => act(part, 'restart'),
  };
};
