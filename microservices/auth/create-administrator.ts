import { parseArgs } from 'node:util';
import { type CreateAdministrator, makeCreateAdministrator } from '@duet/shared/auth/create-administrator.ts';
import { RegisterInput } from '@duet/shared/auth/schema.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import { makeJsonLog } from '@duet/shared/kernel/log.ts';
import { parse } from '@duet/shared/kernel/parse.ts';
import { authAdapters } from './compose.ts';

/**
 * Creates an administrator with a random password, which the reply shows this once.
 *
 * @throws DomainError `validation` for what is no e-mail address; `invalid-state` when it has an account already
 */
export const createAdministrator =
  (run: CreateAdministrator, newSecret: () => string) =>
  async (email: string): Promise<{ id: string; email: string; password: string }> => {
    const input = parse(RegisterInput, { email, password: newSecret() });
    const { id } = await run(input);
    return { id, ...input };
  };

/**
 * The command line: `node create-administrator.ts --email ADDRESS`, in the environment of the auth service. Prints
 * one line of JSON: id, email, password. The service may be running.
 */
const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { email: { type: 'string' } } });
  if (values.email === undefined) throw new DomainError('validation', { detail: 'Usage: --email ADDRESS' });
  const adapters = authAdapters({ log: makeJsonLog((line) => process.stderr.write(`${line}\n`)) });
  const { store, newSecret } = adapters;
  try {
    await store.prepare();
    const run = makeCreateAdministrator({ ...adapters, accounts: store.accounts });
    const administrator = await createAdministrator(run, newSecret)(values.email);
    process.stdout.write(`${JSON.stringify(administrator)}\n`);
  } finally {
    await store.close();
  }
};

if (import.meta.main) {
  await main().catch((error: Error) => {
    const { errors = [] } = error instanceof DomainError ? error.details : {};
    const fields = errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
    process.stderr.write(`${[error.message, ...fields].join('\n')}\n`);
    process.exitCode = 1;
  });
}
