import { environment } from '@duet/shared/kernel/config.ts';

/** `CONTAINERS=full npm run test:containers` takes the figures that the project promises; otherwise a fraction of them. */
export const FULL = environment()['CONTAINERS'] === 'full';

/** Picks a size: the whole one, or the one that a developer waits for. */
export const size = (full: number, quick: number): number => (FULL ? full : quick);
