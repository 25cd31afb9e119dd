import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The operating system account that the server runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** What replaces the embedded server, for messages: your own databases, one for each service. */
export const OWN_DATABASES = 'AUTH_DATABASE_URL, INVENTORY_DATABASE_URL and ORDERS_DATABASE_URL';

/** A command line and the spawn options that go with it. */
export interface Command {
  readonly file: string;
  readonly args: string[];
  readonly options: { cwd: string; env: Record<string, string>; uid?: number; gid?: number };
}

/**
 * Which account to become, or undefined to stay who we are. PostgreSQL refuses to run as root, so root becomes the
 * owner of the existing data, else `postgres`, else `nobody`: no account is created on the machine.
 * @param dataOwner uid that owns the existing cluster folder, if there is one
 */
export function accountFor(dataOwner: number | undefined): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }));
  const account = dataOwner
    ? accounts.find(({ uid }) => uid === dataOwner)
    : (accounts.find(({ name }) => name === 'postgres') ?? accounts.find(({ name }) => name === 'nobody'));
  if (account) return { uid: account.uid, gid: account.gid };
  throw new Error(
    dataOwner
      ? `PostgreSQL's data belongs to uid ${dataOwner}, which /etc/passwd does not know. Start as that user, or run "npm run reset".`
      : `PostgreSQL does not run as root, and /etc/passwd has neither "postgres" nor "nobody". Start as an ordinary user, or set ${OWN_DATABASES}.`,
  );
}

/**
 * Wraps a command so that it runs as the account. When a folder on the way is closed to the account (a project in
 * /root, or installed under umask 077), the process keeps one capability, CAP_DAC_OVERRIDE, through setpriv of
 * util-linux: nobody's folder modes are touched. The starter is root, so nothing is gained that it did not have.
 * @param paths files and folders that the command must reach
 */
export function commandAs(
  account: Account | undefined,
  file: string,
  args: string[],
  paths: string[],
): Command {
  // A clean environment: PG* variables, locale and time zone of the shell must not change the server.
  const options = { cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } };
  if (!account) return { file, args, options };
  const { uid, gid } = account;
  const closed = [file, ...paths].find((path) => !isOpenTo(account, path));
  if (closed === undefined) return { file, args, options: { ...options, uid, gid } };
  if (!hasSetpriv()) {
    throw new Error(
      `PostgreSQL does not run as root, and ${closed} is closed to uid ${uid}. ` +
        `Move the project out of the closed folder, start as an ordinary user, install util-linux, or set ${OWN_DATABASES}.`,
    );
  }
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const capability = ['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
  return { file: 'setpriv', args: [...ids, ...capability, '--', file, ...args], options };
}

/** Whether the account may pass every folder above the path, and open or run the path itself, by the mode bits. */
function isOpenTo({ uid, gid }: Account, path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  // A path that does not exist yet will be made by us with the right owner.
  const shift = stat?.uid === uid ? 6 : stat?.gid === gid ? 3 : 0;
  const open = stat === undefined || ((stat.mode >> shift) & 1) === 1;
  const parent = dirname(path);
  return open && (parent === path || isOpenTo({ uid, gid }, parent));
}

function hasSetpriv(): boolean {
  try {
    execFileSync('setpriv', ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', 'true'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
