import { type StackFacts, startComposeStack } from './compose-stack.ts';
import { removeStaleProjects } from './stale-projects.ts';

/** What the keeper tells its parent: the stack's facts, or why there is none. */
export type KeeperMessage = { readonly facts: StackFacts } | { readonly failed: string };

/**
 * Who is believed about where a request comes from: the tests, which stand where a load balancer would. Through Docker's
 * published port they come from an address of one of its networks.
 */
const TRUSTED = '172.16.0.0/12 192.168.0.0/16 10.0.0.0/8';

const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${explain(error.cause)}`;
};

/**
 * Starts the stack of a test run and ends it when the run is over, also when that was interrupted or killed: a process of
 * its own, which outlives its parent by as long as it takes.
 */
const started = removeStaleProjects().then(() =>
  startComposeStack({
    name: 'shared',
    env: { DUET_TRUSTED_PROXIES: TRUSTED },
    scale: { inventory: 2, orders: 2 },
  }),
);
const tell = (message: KeeperMessage): void => {
  if (process.connected) process.send?.(message);
};
process.once('disconnect', () => {
  started
    .then(({ down }) => down())
    .then(
      () => process.exit(0),
      () => process.exit(1),
    );
});
try {
  const { compose: _, docker: __, down: ___, ...facts } = await started;
  tell({ facts });
} catch (error) {
  tell({ failed: explain(error) });
}
