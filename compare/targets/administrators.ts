import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { environment } from '../../shared/kernel/config.ts';
import { type Side, UsageError } from '../options.ts';
import type { Account } from './target.ts';

const COMMAND = fileURLToPath(new URL('../../local/administrator.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Longest time that making one may take, in ms. */
const WITHIN_MS = 30_000;

const run = promisify(execFile);
const Made = z.object({ email: z.string(), password: z.string() });

const newEmail = (): string => `compare-${randomBytes(6).toString('hex')}@duet.example`;

/** Makes an administrator of a stack that `local/start.ts` runs, by the operator's own command. */
export const makeLocalAdministrator = async (side: Side, data: string): Promise<Account> => {
  const args = [COMMAND, newEmail(), '--stack', side, '--data', data, '--json'];
  const { stdout } = await run(process.execPath, args, { timeout: WITHIN_MS });
  return Made.parse(JSON.parse(stdout));
};

/** Makes an administrator of a stack in containers, by the command that `npm run stack -- up` tells of. */
export const makeComposeAdministrator = async (project: string): Promise<Account> => {
  const command = ['node', 'microservices/auth/create-administrator.ts', '--email', newEmail()];
  const args = ['compose', '--project-name', project, 'exec', '-T', 'auth', ...command];
  const { stdout } = await run('docker', args, { cwd: ROOT, timeout: WITHIN_MS });
  return Made.parse(JSON.parse(stdout));
};

/**
 * The administrator that the environment names, as EMAIL:PASSWORD in NAME_ADMIN.
 *
 * @param name of the stack, e.g. `my-shop`, which makes MY_SHOP_ADMIN
 * @throws UsageError when it names none
 */
export const namedAdministrator = (name: string): Account => {
  const variable = `${name.toUpperCase().replaceAll('-', '_')}_ADMIN`;
  const [, email, password] = /^([^:]+):(.+)$/.exec(environment()[variable] ?? '') ?? [];
  if (email && password) return { email, password };
  throw new UsageError(
    `Set ${variable}=EMAIL:PASSWORD to an administrator of the ${name} at the URL that was given.`,
  );
};
