import { clearRoot } from './clear-root.ts';

/** What the run tells its guardian: first its folder, then process groups that must not outlive it; at last that it has cleared up. */
export type Told =
  | { readonly root: string }
  | { readonly add: number }
  | { readonly remove: number }
  | { readonly done: true };

/**
 * A process beside a run. The channel to the run closes when the run is gone, however it went: then this kills the process
 * groups that it was told of, and clears away what is left.
 */
let root: string | undefined;
const groups = new Set<number>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.on('message', (told: Told) => {
  if ('root' in told) root = told.root;
  else if ('add' in told) groups.add(told.add);
  else if ('remove' in told) groups.delete(told.remove);
  else process.exit(0);
});

process.on('disconnect', () => {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has ended
    }
  }
  if (root === undefined) process.exit(0);
  clearRoot(root).then(
    () => process.exit(0),
    // The next run tries again.
    () => process.exit(1),
  );
});
