import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Store } from '../shared/kernel/config.ts';
import type { StackName } from './start-options.ts';

/** What a start has done on a stack's data once and for all. */
export const State = z.object({
  /** The administrator's password was shown. */
  announced: z.boolean(),
  seeded: z.boolean(),
  /** The account that seeds, while it has not finished: the same one must go on, for keys belong to an account. */
  seeder: z.object({ email: z.string(), password: z.string() }).optional(),
});
export type State = z.output<typeof State>;

/** The state of one stack on one store, in a file that its owner alone can read. */
export type StateFile = { readonly read: () => State; readonly write: (state: State) => void };

/** Opens the state beside the data that it tells of. */
export const openState = (data: string, stack: StackName, store: Store): StateFile => {
  const file = join(data, `${stack}-${store}.json`);
  return {
    read: () => {
      try {
        return State.parse(JSON.parse(readFileSync(file, 'utf8')));
      } catch {
        return { announced: false, seeded: false };
      }
    },
    write: (state) => {
      writeFileSync(`${file}.part`, `${JSON.stringify(state)}\n`, { mode: 0o600 });
      renameSync(`${file}.part`, file);
    },
  };
};
