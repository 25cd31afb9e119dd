import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { environment } from '../shared/kernel/config.ts';
import { LOCAL_STAGE } from './stacks-serverless.ts';
import type { RunningStack } from './start-lock.ts';
import type { StackName } from './start-options.ts';

/** An administrator who was just made; the stack keeps only a hash of the password. */
export const Administrator = z.object({ email: z.string(), password: z.string() });
export type Administrator = z.output<typeof Administrator>;

const COMMAND = fileURLToPath(new URL('../microservices/auth/create-administrator.ts', import.meta.url));
const TAKEN = 'has an account already';
const run = promisify(execFile);

/** Runs the auth service's own command, in the environment of that service. */
const byCommand = async (stack: RunningStack, email: string): Promise<Administrator | 'taken'> => {
  const { AUTH_DATABASE_URL: url, ...rest } = stack.env;
  const env = {
    PATH: environment()['PATH'],
    ...rest,
    STORE: stack.store,
    ...(url !== undefined && { DATABASE_URL: url }),
  };
  try {
    const { stdout } = await run(process.execPath, [COMMAND, '--email', email], { env, timeout: 20_000 });
    return Administrator.parse(JSON.parse(stdout));
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error);
    if (said.includes(TAKEN)) return 'taken';
    throw new Error(`The administrator was not made: ${said.trim()}`, { cause: error });
  }
};

/** Invokes the function, as an operator of the account may. */
const byInvocation = async (stack: RunningStack, email: string): Promise<Administrator | 'taken'> => {
  const account = { email, password: randomBytes(24).toString('base64url') };
  const name = `duet-${LOCAL_STAGE}-createAdministrator`;
  const reply = await fetch(`${stack.env['INVOKE_URL']}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await reply.text();
  if (reply.ok && !reply.headers.has('x-amz-function-error')) return account;
  if (text.includes(TAKEN)) return 'taken';
  throw new Error(`The administrator was not made: ${reply.status} ${text}`);
};

/**
 * Makes an administrator with a random password, the way an operator does: there is no HTTP route for it.
 *
 * @returns `taken` when the address has an account already; nothing was changed then
 */
export const makeAdministrator = (name: StackName, stack: RunningStack, email: string) =>
  name === 'microservices' ? byCommand(stack, email) : byInvocation(stack, email);
