import type { PublicKeys } from '@duet/shared/kernel/jwks.ts';
import type { Log } from '@duet/shared/kernel/log.ts';
import { type Loop, startLoop } from './loop.ts';

/** How often the keys are fetched anew, and how soon again when there are none at all yet. In ms. */
const EVERY_MS = 60_000;
const AGAIN_MS = 500;

/** No key has this id: asking for it fetches the set anew. */
const NO_KID = '-';

/**
 * Fetches auth's keys as soon as the service runs, and every minute, so that they are at hand before the first token
 * comes: when auth stops, tokens stay valid also at a service that nobody had called yet.
 */
export const keepKeys = (keys: PublicKeys, log: Log): Loop => {
  let missed = false;
  return startLoop({
    name: 'keep-keys',
    everyMs: EVERY_MS,
    run: async () => {
      try {
        await keys(NO_KID);
        return undefined;
      } catch (error) {
        if (!missed) log.warn({ err: error }, "auth's keys are not there yet: trying again");
        missed = true;
        return Date.now() + AGAIN_MS;
      }
    },
    log,
  });
};
