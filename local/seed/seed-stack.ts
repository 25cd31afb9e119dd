import { randomBytes } from 'node:crypto';
import { makeClient } from '../../shared/contract/client.ts';
import { makeTransport } from '../../shared/contract/transport.ts';
import { makeAdministrator } from '../start-administrator.ts';
import type { RunningStack } from '../start-lock.ts';
import type { StackName } from '../start-options.ts';
import type { StateFile } from '../start-state.ts';
import { bodyOf, retrying } from './retrying.ts';
import { seedCatalogue } from './seed-catalogue.ts';

/**
 * Seeds one stack unless it was seeded before. An account of its own asks, whose password is in the state file until the
 * catalogue is complete and then forgotten: whatever kills the seeding, the next one goes on as the same account.
 *
 * @param onProgress how many products are complete, and of how many
 * @returns whether there was anything to do
 */
export const seedStack = async (
  name: StackName,
  stack: RunningStack,
  state: StateFile,
  onProgress: (done: number, of: number) => void,
): Promise<boolean> => {
  const before = state.read();
  if (before.seeded) return false;
  // Nothing was seeded with an account that was made and not remembered, so another one may begin.
  const email = `catalogue-${randomBytes(6).toString('hex')}@duet.example`;
  const seeder = before.seeder ?? (await makeAdministrator(name, stack, email));
  if (seeder === 'taken') throw new Error(`${email} has an account already.`);
  state.write({ ...state.read(), seeder });
  const transport = makeTransport();
  try {
    const { auth, inventory, orders } = stack.urls;
    const urls = { auth, inventory, images: inventory, orders };
    const client = makeClient({ baseUrlOf: ({ context }) => urls[context], transport });
    const { accessToken: token } = bodyOf(await retrying(() => client.logIn({ body: seeder })));
    await seedCatalogue({ client, transport, token, onProgress });
  } finally {
    await transport.close();
  }
  const { seeder: _, ...rest } = state.read();
  state.write({ ...rest, seeded: true });
  return true;
};
