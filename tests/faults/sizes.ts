import { environment } from '@duet/shared/kernel/config.ts';

/** `FAULTS=full` (npm run test:faults) takes the figures that the project promises; otherwise a fraction of them. */
export const FULL = environment()['FAULTS'] === 'full';

/** Picks a size: the whole one, or the one that fits into `npm test`. */
export const size = (full: number, quick: number): number => (FULL ? full : quick);

/** What happens at random is repeated by this seed. */
export const SEED = Number(environment()['FAULTS_SEED'] ?? 20_261_122);
