import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyBuildContext } from './support/build-context.ts';
import { ROOT } from './support/docker.ts';
import { filesOf, machineOf } from './support/image-files.ts';
import { describeStack } from './support/shared-stack.ts';

const BASE = 'node:24-trixie-slim';
const MB = 1_000_000;
const ELF = { amd64: 62, arm64: 183 } as const;

/** What each service's image may add to its base, in bytes; inventory has sharp. */
const MOST = { auth: 60 * MB, inventory: 100 * MB, orders: 60 * MB } as const;
const SERVICES = ['auth', 'inventory', 'orders'] as const;

type Image = {
  readonly Size: number;
  readonly RootFS: { readonly Layers: readonly string[] };
  readonly Config: {
    readonly User: string;
    readonly Cmd: readonly string[];
    readonly Entrypoint: readonly string[] | null;
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
};

type Manifest = Readonly<
  Partial<Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>>
>;

const manifest = (file: string): Manifest => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

/** Packages below a node_modules, e.g. `@duet/shared`. */
const packagesOf = (files: readonly string[]): ReadonlySet<string> =>
  new Set(files.flatMap((file) => /^\/app\/node_modules\/((?:@[^/]+\/)?[^/.][^/]*)/.exec(file)?.[1] ?? []));

describeStack('Images', (stack) => {
  const { docker, project } = stack;
  const tags: string[] = [];
  const images = new Map<string, Image>();
  const files = new Map<string, readonly string[]>();
  const imageOf = (service: string): Image => images.get(service) as Image;
  const inside = (service: string): readonly string[] => files.get(service) ?? [];

  const inspect = async (tag: string): Promise<Image> =>
    JSON.parse((await docker(['image', 'inspect', '--format', '{{json .}}', tag])).stdout);

  /** Builds an image; tells which steps were found in the cache, and how long it took in ms. */
  const build = async (service: string, context: string, args: readonly string[]) => {
    const tag = `${project}/test-${tags.length}`;
    tags.push(tag);
    const begun = performance.now();
    const { stderr } = await docker(
      [
        'build',
        '--progress',
        'plain',
        '--file',
        `${context}/microservices/${service}/Dockerfile`,
        '--tag',
        tag,
        ...args,
        context,
      ],
      { env: { DOCKER_BUILDKIT: '1' }, withinMs: 280_000 },
    );
    return { tag, ms: performance.now() - begun, log: stderr };
  };

  beforeAll(async () => {
    images.set('base', await inspect(BASE));
    for (const service of SERVICES) {
      const tag = `${project}/${service}`;
      images.set(service, await inspect(tag));
      files.set(service, await filesOf(stack, tag, ['/app', '/root', '/home', '/tmp', '/opt']));
    }
  });
  afterAll(() => docker(['image', 'rm', '--force', ...tags]));

  describe.each(SERVICES)('%s', (service) => {
    it(`When it is weighed, then it adds at most ${MOST[service] / MB} MB to ${BASE}`, () => {
      const { Size, RootFS } = imageOf(service);
      const base = imageOf('base');
      expect(RootFS.Layers.slice(0, base.RootFS.Layers.length)).toEqual(base.RootFS.Layers);
      const added = Size - base.Size;
      console.log(`${service}: ${(added / MB).toFixed(1)} MB over ${BASE}`);
      expect(added).toBeGreaterThan(MB);
      expect(added).toBeLessThanOrEqual(MOST[service]);
    });

    it('When it starts, then node starts without a shell, as user 1000, and a health check without curl looks at it', () => {
      const { User, Cmd, Entrypoint, Healthcheck } = imageOf(service).Config;
      expect([...(Entrypoint ?? []), ...Cmd]).toEqual(['node', `microservices/${service}/main.ts`]);
      expect(User).toMatch(/^(1000|node)(:|$)/);
      expect(Healthcheck?.Test.slice(0, 2)).toEqual(['CMD', 'node']);
      expect(inside(service)).toContain(`/app/${Healthcheck?.Test[2]}`);
    });

    it('When it is unpacked, then it has the sources of this service, what all share, and no other', () => {
      const own = inside(service).filter(
        (file) => file.startsWith('/app/') && !file.startsWith('/app/node_modules/'),
      );
      const tops = new Set(
        own.map((file) =>
          file
            .split('/')
            .slice(2, file.startsWith('/app/microservices/') ? 4 : 3)
            .join('/'),
        ),
      );
      const images = service === 'inventory' ? ['microservices/images'] : [];
      const wanted = [
        'microservices/edge',
        ...images,
        `microservices/${service}`,
        'shared',
        'package.json',
        'package-lock.json',
      ];
      expect([...tops].sort()).toEqual(wanted.sort());
      expect(own).toContain(`/app/microservices/${service}/main.ts`);
    });

    it('When it is unpacked, then it has no test, no cache, no secret, and nothing of whoever built it', () => {
      const stray = inside(service).filter(
        (file) =>
          (!file.startsWith('/app/node_modules/') &&
            /\.(test|spec)\.[cm]?[jt]s$|\.env|\.pem$|\.key$|\.git\/|\/(password|database-url)$/.test(file)) ||
          /\/(_cacache|_logs|\.npm|\.cache)\//.test(file) ||
          /\.(d\.[cm]?ts|map)$/.test(file),
      );
      expect(stray).toEqual([]);
    });

    it('When its packages are listed, then they are those of the service and of shared: none for development, sharp only in inventory', () => {
      const packages = packagesOf(inside(service));
      const wanted = [`microservices/${service}`, 'shared'].flatMap((folder) => {
        const { dependencies = {} } = manifest(`${folder}/package.json`);
        return Object.keys(dependencies);
      });
      expect(wanted.filter((name) => !packages.has(name))).toEqual([]);
      const forDevelopment = Object.keys(manifest('package.json').devDependencies ?? {});
      expect(forDevelopment.filter((name) => packages.has(name) && !wanted.includes(name))).toEqual([]);
      expect([...packages].filter((name) => /sharp|^@img/.test(name)).length > 0).toBe(
        service === 'inventory',
      );
    });
  });

  it('When inventory is built for amd64, then sharp is for amd64', async () => {
    const binary = inside('inventory').filter((file) => /sharp.*\.node$/.test(file));
    expect(binary).toHaveLength(1);
    expect(await machineOf(stack, `${project}/inventory`, binary[0] ?? '')).toBe(ELF.amd64);
  });

  it('When the dependencies of inventory are made for arm64 on this machine, then sharp is for arm64', async () => {
    const { tag } = await build('inventory', ROOT, [
      '--target',
      'dependencies',
      '--build-arg',
      'TARGETARCH=arm64',
    ]);
    const binary = (await filesOf(stack, tag, ['/app/node_modules'])).filter((file) =>
      /\.node$|\.so[.\d]*$/.test(file),
    );
    expect(binary.some((file) => /sharp.*\.node$/.test(file))).toBe(true);
    for (const file of binary) expect([file, await machineOf(stack, tag, file)]).toEqual([file, ELF.arm64]);
  });

  it('When one source file has changed, then a rebuild installs nothing anew, and takes seconds', async () => {
    const context = await copyBuildContext();
    try {
      for (const service of SERVICES) {
        await context.touch(`microservices/${service}/main.ts`);
        const { log, ms } = await build(service, context.dir, []);
        console.log(`${service} was built again after ${(ms / 1000).toFixed(1)} s`);
        const step = /^#(\d+) \[dependencies \d+\/\d+\] RUN .*npm ci/m.exec(log)?.[1];
        expect([service, step]).toEqual([service, expect.any(String)]);
        expect(log).toMatch(new RegExp(`^#${step} CACHED$`, 'm'));
        const copied = /^#(\d+) \[.*\] COPY microservices\/(\w+)\/ microservices\/\2\/$/gm;
        const own = [...log.matchAll(copied)].find(([, , name]) => name === service)?.[1];
        expect(log).not.toMatch(new RegExp(`^#${own} CACHED$`, 'm'));
      }
    } finally {
      await context.remove();
    }
  });
});
