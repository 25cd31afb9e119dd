import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { inContainer } from './support/in-container.ts';
import { inspectAll, type StackContainer } from './support/inspect.ts';
import { describeStack } from './support/shared-stack.ts';

const SERVICES = ['auth', 'inventory', 'orders'];
/** What runs for as long as the stack does; everything else is a job. */
const RUNNING = [...SERVICES, 'gateway', 'postgres'];

describeStack('Hardening', (stack) => {
  let all: readonly StackContainer[] = [];
  let ports: readonly string[] = [];
  const running = () => all.filter(({ service }) => RUNNING.includes(service));
  const replicas = () => all.filter(({ service }) => SERVICES.includes(service));

  /** The containers of which something does not hold. */
  const without = (holds: (one: StackContainer) => boolean): readonly string[] =>
    all.filter((one) => !holds(one)).map(({ Name }) => Name);

  beforeAll(async () => {
    all = await inspectAll(stack);
    ports = [stack.url, stack.statsUrl].map((url) => new URL(url).port).sort();
  });

  it('When the stack is up, then every service of the file has a container, and every job has ended well', async () => {
    const { stdout } = await stack.compose(['config', '--services']);
    const services = stdout.trim().split('\n').sort();
    expect([...new Set(all.map(({ service }) => service))].sort()).toEqual(services);
    expect(services).toEqual(expect.arrayContaining(RUNNING));
    expect(without(({ service, State }) => RUNNING.includes(service) || State.Status === 'exited')).toEqual(
      [],
    );
    expect(without(({ service, State }) => RUNNING.includes(service) || State.ExitCode === 0)).toEqual([]);
    expect(without(({ service, State }) => !RUNNING.includes(service) || State.Status === 'running')).toEqual(
      [],
    );
  });

  describe('docker inspect, every container', () => {
    const properties: Readonly<Record<string, (one: StackContainer) => boolean>> = {
      'has a read-only root': ({ HostConfig }) => HostConfig.ReadonlyRootfs,
      'has no capabilities': ({ HostConfig: { CapDrop, CapAdd } }) =>
        CapDrop?.join() === 'ALL' && (CapAdd ?? []).length === 0,
      'gains no privileges': ({ HostConfig: { SecurityOpt } }) =>
        (SecurityOpt ?? []).includes('no-new-privileges:true') &&
        !/unconfined/.test((SecurityOpt ?? []).join()),
      'is not privileged and has no device': ({ HostConfig: { Privileged, Devices } }) =>
        !Privileged && (Devices ?? []).length === 0,
      'has a limit of memory, at most 1 GiB': ({ HostConfig: { Memory } }) => Memory > 0 && Memory <= 2 ** 30,
      'has a limit of processes, at most 512': ({ HostConfig: { PidsLimit } }) =>
        (PidsLimit ?? 0) > 0 && (PidsLimit ?? 0) <= 512,
      'shares no namespace with the host': ({ HostConfig }) =>
        ![
          HostConfig.NetworkMode,
          HostConfig.PidMode,
          HostConfig.IpcMode,
          HostConfig.UTSMode,
          HostConfig.UsernsMode,
        ]
          .join()
          .includes('host'),
      'runs as a user who is not root': ({ Config: { User } }) => !/^(|0|root)(:|$)/.test(User),
      'mounts volumes alone, nothing of the host': ({ Mounts }) =>
        Mounts.every(({ Type, Source }) => Type === 'volume' && !Source.includes('docker.sock')),
      'starts again if it is no job': ({ service, HostConfig: { RestartPolicy } }) =>
        RestartPolicy.Name === (RUNNING.includes(service) ? 'unless-stopped' : 'no'),
    };

    it.for(Object.entries(properties))('When it is read back, then it %s', ([, holds]) => {
      expect(all.length).toBeGreaterThan(RUNNING.length);
      expect(without(holds)).toEqual([]);
    });
  });

  describe('Inside, every container that runs', () => {
    it('When its first process is looked at, then it has no capability, no way to gain one, and a filter of calls', async () => {
      for (const { Name } of running()) {
        const { stdout } = await stack.docker(['exec', Name, 'cat', '/proc/1/status']);
        const fields = Object.fromEntries(
          stdout.split('\n').map((line) => line.split(/:\s+/) as [string, string]),
        );
        const { CapEff, CapPrm, CapBnd, NoNewPrivs, Seccomp } = fields;
        expect([Name, CapEff, CapPrm, CapBnd]).toEqual([Name, ...Array(3).fill('0'.repeat(16))]);
        expect([Name, NoNewPrivs, Seccomp]).toEqual([Name, '1', '2']);
      }
    });

    it('When its processes are listed, then none belongs to root', async () => {
      for (const { Name } of running()) {
        const { stdout } = await stack.docker(['top', Name, '-eo', 'uid,pid,comm']);
        const users = stdout
          .trim()
          .split('\n')
          .slice(1)
          .map((line) => line.trim().split(/\s+/)[0]);
        expect(users.length).toBeGreaterThan(0);
        expect([Name, users.filter((user) => user === '0')]).toEqual([Name, []]);
      }
    });

    it('When a service is looked at, then its first process is node, user 1000, with no shell around it', async () => {
      for (const { Name } of replicas()) {
        const { stdout } = await stack.docker(['top', Name, '-eo', 'uid,pid,comm']);
        const processes = stdout.trim().split('\n').slice(1);
        expect([Name, processes.filter((line) => !/^\s*1000\s+\d+\s+(node|MainThread)$/.test(line))]).toEqual(
          [Name, []],
        );
        const first = await inContainer<string>(
          stack,
          Name,
          `return fs.readFileSync('/proc/1/cmdline', 'utf8').split('\\0')[0]`,
        );
        expect(first).toMatch(/^(\/.*\/)?node$/);
      }
    });

    it('When a service writes, then it can to /tmp and, inventory, to the photos, and nowhere else', async () => {
      const folders = [
        '/',
        '/app',
        '/app/node_modules',
        '/etc',
        '/home/node',
        '/usr/local/bin',
        '/run/secrets/duet',
        '/photos',
        '/tmp',
      ];
      for (const { Name, service } of replicas()) {
        const writable = await inContainer<readonly string[]>(
          stack,
          Name,
          `return ${JSON.stringify(folders)}.filter((folder) => {
            const file = folder + '/hardening-' + process.pid;
            try { fs.writeFileSync(file, ''); fs.unlinkSync(file); return true; } catch { return false; }
          })`,
        );
        expect([Name, writable]).toEqual([Name, service === 'inventory' ? ['/photos', '/tmp'] : ['/tmp']]);
      }
    });
  });

  describe('Network', () => {
    it('When ports are listed, then only the gateway publishes any: its two, on 127.0.0.1', () => {
      const published = all.flatMap(({ service, HostConfig: { PortBindings, PublishAllPorts } }) => [
        ...(PublishAllPorts ? [`${service} all`] : []),
        ...Object.values(PortBindings ?? {}).flatMap((list) =>
          list.map(({ HostIp, HostPort }) => `${service} ${HostIp}:${HostPort}`),
        ),
      ]);
      expect(published.sort()).toEqual(ports.map((port) => `gateway 127.0.0.1:${port}`));
    });

    it.runIf(process.platform === 'linux')(
      'When the listening sockets of this machine are read, then those two lie on 127.0.0.1 alone',
      () => {
        const listening = ['tcp', 'tcp6'].flatMap((family) =>
          readFileSync(`/proc/net/${family}`, 'utf8')
            .trim()
            .split('\n')
            .slice(1)
            .map((line) => line.trim().split(/\s+/)),
        );
        const addresses = listening.flatMap(([, local = '', , state]) => {
          const [address = '', port = ''] = local.split(':');
          return state === '0A' && ports.includes(String(Number.parseInt(port, 16))) ? [address] : [];
        });
        // None where the engine forwards without a process of its own, or runs elsewhere.
        expect(addresses.filter((address) => address !== '0100007F')).toEqual([]);
      },
    );

    it('When networks are read, then only the gateway can reach beyond them, and only the services PostgreSQL', async () => {
      const networks = (names: readonly string[]) => names.map((name) => `${stack.project}_${name}`).sort();
      const inData = [...SERVICES, 'postgres', 'databases', ...SERVICES.map((name) => `migrate-${name}`)];
      for (const { service, Name, NetworkSettings } of all) {
        const wanted = [
          ...(service === 'gateway' ? ['edge'] : []),
          ...(SERVICES.includes(service) || service === 'gateway' ? ['services'] : []),
          ...(inData.includes(service) ? ['data'] : []),
        ];
        const found = Object.keys(NetworkSettings.Networks).sort();
        expect([Name, found]).toEqual([Name, wanted.length > 0 ? networks(wanted) : ['none']]);
      }
      const { stdout } = await stack.docker([
        'network',
        'inspect',
        ...networks(['services', 'data']),
        '--format',
        '{{.Internal}}',
      ]);
      expect(stdout.trim().split('\n')).toEqual(['true', 'true']);
    });

    it('When one knocks where no network leads, then nobody answers: at PostgreSQL from the gateway, at the edge from a service', async () => {
      const addressOf = (wanted: string, network: string): string =>
        all.find(({ service }) => service === wanted)?.NetworkSettings.Networks[`${stack.project}_${network}`]
          ?.IPAddress ?? '';
      const knock = async (from: string, address: string, port: number): Promise<boolean> => {
        const bash = ['timeout', '1', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`];
        const done = stack.compose(['exec', '-T', from, ...bash]);
        return done.then(
          () => true,
          () => false,
        );
      };
      const postgres = addressOf('postgres', 'data');
      const [inside, edge] = [addressOf('gateway', 'services'), addressOf('gateway', 'edge')];
      const answers = [knock('orders', postgres, 5432), knock('orders', inside, 8080)];
      const silence = [
        knock('gateway', postgres, 5432),
        knock('orders', edge, 8080),
        knock('postgres', edge, 8080),
        knock('postgres', inside, 8080),
      ];
      expect(await Promise.all(answers)).toEqual([true, true]);
      expect(await Promise.all(silence)).toEqual([false, false, false, false]);
    });
  });
});
