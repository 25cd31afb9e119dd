import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environment } from '@duet/shared/kernel/config.ts';
import { MICROSERVICES_STAGE } from '../../local/stacks-microservices.ts';
import { LOCAL_STAGE } from '../../local/stacks-serverless.ts';
import { newCredentials } from './people.ts';
import type { Credentials } from './shop.ts';
import { type Combination, stackOf, storeOf } from './stack-names.ts';

const COMMAND = fileURLToPath(new URL('../../microservices/auth/create-administrator.ts', import.meta.url));

/** The auth service's own command, in the environment of the auth service. It thinks of a password. */
const byCommand = async (name: Combination, env: Readonly<Record<string, string>>): Promise<Credentials> => {
  const { AUTH_DATABASE_URL } = env;
  const store = AUTH_DATABASE_URL
    ? { DATABASE_URL: AUTH_DATABASE_URL }
    : { ...env, AUTH_TABLE: `duet-${MICROSERVICES_STAGE}-auth` };
  const { email } = newCredentials();
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, '--email', email], {
    env: { PATH: environment()['PATH'], STORE: storeOf(name), ...store },
  });
  const { password } = JSON.parse(stdout) as Credentials;
  return { email, password };
};

/** The function without a route, invoked as an operator may. */
const byInvocation = async (env: Readonly<Record<string, string>>): Promise<Credentials> => {
  const credentials = newCredentials();
  const name = `duet-${LOCAL_STAGE}-createAdministrator`;
  const reply = await fetch(`${env['INVOKE_URL']}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  const text = await reply.text();
  if (reply.ok && !reply.headers.has('x-amz-function-error')) return credentials;
  throw new Error(`The administrator was not made: ${reply.status} ${text}`);
};

/** Makes an administrator in the way of the stack: there is no HTTP route for it. */
export const makeAdministrator = (
  name: Combination,
  env: Readonly<Record<string, string>>,
): Promise<Credentials> => (stackOf(name) === 'microservices' ? byCommand(name, env) : byInvocation(env));
