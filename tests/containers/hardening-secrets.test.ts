import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseTunnel, openDatabaseTunnel } from './support/database-tunnel.ts';
import { databaseUrls, SERVICES, type ServiceName } from './support/database-urls.ts';
import { inContainer } from './support/in-container.ts';
import { inspectAll, type StackContainer } from './support/inspect.ts';
import { describeStack } from './support/shared-stack.ts';

const FOLDER = '/run/secrets/duet';

/** Why a connection is refused, by PostgreSQL's code; undefined when it is not. */
const refusal = async (url: URL): Promise<string | undefined> => {
  const client = new pg.Client(url.href);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return (error as pg.DatabaseError).code ?? String(error);
  } finally {
    await client.end().catch(() => {});
  }
};

const other = (url: URL, change: { readonly database?: string; readonly password?: string }): URL => {
  const changed = new URL(url);
  if (change.database !== undefined) changed.pathname = `/${change.database}`;
  if (change.password !== undefined) changed.password = change.password;
  return changed;
};

describeStack('Secrets', (stack) => {
  let all: readonly StackContainer[] = [];
  let tunnel: DatabaseTunnel | undefined;
  let urls = {} as Readonly<Record<ServiceName, URL>>;
  let superuser = '';

  beforeAll(async () => {
    all = await inspectAll(stack);
    tunnel = await openDatabaseTunnel(stack);
    urls = await databaseUrls(stack, tunnel.port);
    const volume = `${stack.project}_secrets-postgres:/secrets:ro`;
    const image = `${stack.project}/setup`;
    const read = ['run', '--rm', '--network', 'none', '--volume', volume, image, 'cat', '/secrets/password'];
    superuser = (await stack.docker(read)).stdout.trim();
  });
  afterAll(() => tunnel?.close());

  const passwords = (): readonly string[] => [superuser, ...SERVICES.map((name) => urls[name].password)];
  /** As whom PostgreSQL itself is asked, which needs to be inside of its container. */
  const ask = async (sql: string): Promise<readonly string[]> => {
    const command = [
      'exec',
      '-T',
      'postgres',
      'psql',
      '--no-psqlrc',
      '--tuples-only',
      '--no-align',
      '--command',
      sql,
    ];
    return (await stack.compose(command)).stdout.trim().split('\n').filter(Boolean);
  };

  describe('Roles', () => {
    it('When a service uses its own database, then it is let in, with its password only', async () => {
      for (const name of SERVICES) {
        expect(decodeURIComponent(urls[name].username)).toBe(name);
        expect(await refusal(urls[name])).toBeUndefined();
        expect(await refusal(other(urls[name], { password: 'guessed' }))).toBe('28P01');
      }
    });

    it("When a service's role knocks at another database, then it is refused", async () => {
      for (const name of SERVICES) {
        for (const database of [...SERVICES.filter((one) => one !== name), 'postgres', 'template1'])
          expect([name, database, await refusal(other(urls[name], { database }))]).toEqual([
            name,
            database,
            '28000',
          ]);
      }
    });

    it('When the list of who may come in were gone, then the rights would still keep each to its own database', async () => {
      const names = SERVICES.map((name) => `'${name}'`).join(', ');
      const allowed = await ask(
        `select rolname || ' ' || datname from pg_roles, pg_database
         where rolname in (${names}) and has_database_privilege(rolname, datname, 'CONNECT')
         and datname <> 'template0' order by 1`,
      );
      expect(allowed).toEqual(SERVICES.map((name) => `${name} ${name}`));
    });

    it('When the rights of the roles are read, then none is more than a user', async () => {
      const roles = await ask(
        `select rolname from pg_roles where rolname !~ '^pg_' and
         (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls) order by 1`,
      );
      expect(roles).toEqual(['postgres']);
      expect(
        await ask(
          `select count(*) from pg_auth_members where roleid::regrole::text in ('postgres', 'auth', 'inventory', 'orders')`,
        ),
      ).toEqual(['0']);
    });
  });

  describe('Files', () => {
    it('When a service reads its secrets, then they are its own, in files that nobody else of the container can read', async () => {
      const look = `return fs.readdirSync('${FOLDER}').map((name) => {
        const { mode, uid } = fs.statSync('${FOLDER}/' + name);
        return name + ' ' + (mode & 0o777).toString(8) + ' ' + uid;
      })`;
      for (const { Name, service } of all.filter(({ service }) =>
        SERVICES.some((name) => name === service),
      )) {
        expect(await inContainer(stack, Name, look)).toEqual(['database-url 400 1000', 'password 400 1000']);
        const found = await inContainer<string>(
          stack,
          Name,
          `return fs.readFileSync('${FOLDER}/password', 'utf8')`,
        );
        expect(found.trim()).toBe(urls[service as ServiceName].password);
      }
    });

    it("When mounts are read, then no service, nor its job, has another's secrets, and none can change its own", () => {
      const holders = all.flatMap(({ service, Mounts }) =>
        Mounts.filter(({ Name }) => Name?.includes('_secrets-')).map(
          ({ Name, RW }) => `${service} ${Name?.slice(stack.project.length + 1)} ${RW ? 'rw' : 'ro'}`,
        ),
      );
      const own = SERVICES.flatMap((name) => [
        `${name} secrets-${name} ro`,
        `migrate-${name} secrets-${name} ro`,
      ]);
      const jobs = ['postgres', ...SERVICES].flatMap((name) => [
        `databases secrets-${name} ro`,
        `secrets secrets-${name} rw`,
      ]);
      expect([...new Set(holders)].sort()).toEqual([...own, ...jobs, 'cluster secrets-postgres ro'].sort());
    });
  });

  it('When passwords are made, then each is another and long', () => {
    expect(new Set(passwords()).size).toBe(4);
    for (const password of passwords()) expect(password.length).toBeGreaterThanOrEqual(32);
  });

  describe('Elsewhere', () => {
    /** Where anybody who can look at the engine, or at the repository, would look. */
    const places: Readonly<Record<string, () => Promise<string>>> = {
      'docker inspect': async () => JSON.stringify(all),
      'docker compose config': async () => (await stack.compose(['config'])).stdout,
      logs: async () => {
        const { stdout, stderr } = await stack.compose(['logs', '--no-color']);
        return stdout + stderr;
      },
      'images and their history': async () => {
        const images = [...new Set(all.map(({ Image }) => Image))];
        const { stdout } = await stack.docker(['image', 'inspect', ...images]);
        const histories = images.map((id) =>
          stack.docker(['history', '--no-trunc', '--format', '{{.CreatedBy}}', id]),
        );
        return stdout + (await Promise.all(histories)).map((one) => one.stdout).join('\n');
      },
      'the environment and the command lines of every process': async () => {
        const script = 'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null; true';
        const up = all.filter(({ State }) => State.Status === 'running');
        const told = up.map(({ Name }) => stack.docker(['exec', Name, 'sh', '-c', script]));
        return (await Promise.all(told)).map((one) => one.stdout).join('\n');
      },
    };

    it.for(Object.entries(places))('When %s are searched, then no password is there', async ([, read]) => {
      const text = await read();
      expect(text.length).toBeGreaterThan(1000);
      // Not the text itself in the message: it would be shown.
      expect(passwords().filter((password) => text.includes(password)).length).toBe(0);
    });
  });
});
