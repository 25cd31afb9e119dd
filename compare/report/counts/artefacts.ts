import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Count } from '../../results/report-data.ts';
import { countOf } from './count.ts';
import { readCompose } from './deployment.ts';

const GROUP = 'Artefacts';
const [KB, MB] = [1_000, 1_000_000];

/** How long the engine may take to answer, ms. */
const PATIENCE_MS = 5_000;

/** Sizes of images in bytes by their name, or why there are none. */
export type ImageSizes = (names: readonly string[]) => ReadonlyMap<string, number> | string;

/** Asks the container engine. An image that is not built is left out. */
export const askEngine: ImageSizes = (names) => {
  const ask = (args: readonly string[]) =>
    spawnSync('docker', args, { encoding: 'utf8', timeout: PATIENCE_MS });
  if (ask(['version', '--format', '{{.Server.Version}}']).status !== 0) return 'no container engine answers';
  const sizes = names.flatMap((name): [string, number][] => {
    const { status, stdout } = ask(['image', 'inspect', '--format', '{{.Size}}', name]);
    return status === 0 && /^\d+\s*$/.test(stdout) ? [[name, Number(stdout)]] : [];
  });
  return new Map(sizes);
};

const imageCounts = (root: string, sizesOf: ImageSizes): Count[] => {
  const compose = readCompose(root);
  if (!compose) return [];
  const project = `\${COMPOSE_PROJECT_NAME}/`;
  const services = Object.values(compose.services).filter(({ restart }) => restart !== 'no');
  const images = services.flatMap(({ image }) =>
    image?.startsWith(project) ? [image.replace(project, `${compose.name}/`)] : [],
  );
  const sizes = sizesOf(images);
  return [...new Set(images)].map((image) => {
    const size = typeof sizes === 'string' ? undefined : sizes.get(image);
    const reason = typeof sizes === 'string' ? sizes : 'not built: docker compose build makes it';
    const how = size === undefined ? reason : 'docker image inspect, with the layers that images share';
    return countOf(
      [GROUP, `image ${image}`, 'MB'],
      { microservices: size === undefined ? null : size / MB },
      how,
    );
  });
};

const entriesOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

const archiveCounts = (root: string): Count[] => {
  const folder = join(root, '.build/artifacts');
  const makes = 'not built: npx serverless package makes them';
  const found = entriesOf(folder).map((architecture) => ({
    architecture,
    sizes: entriesOf(join(folder, architecture))
      .filter((name) => name.endsWith('.zip'))
      .map((name) => statSync(join(folder, architecture, name)).size),
  }));
  const built = found.filter(({ sizes }) => sizes.length > 0);
  if (built.length === 0) return [countOf([GROUP, 'archives of functions', 'MB'], {}, makes)];
  return built.flatMap(({ architecture, sizes }) => [
    countOf(
      [GROUP, `archives of functions, ${architecture}`, 'MB'],
      { serverless: sizes.reduce((a, b) => a + b) / MB },
      `${sizes.length} archives in .build/artifacts/${architecture}`,
    ),
    countOf(
      [GROUP, `greatest archive, ${architecture}`, 'MB'],
      { serverless: Math.max(...sizes) / MB },
      `in .build/artifacts/${architecture}`,
    ),
  ]);
};

const bundleCounts = (root: string): Count[] => {
  const folder = join(root, '.build');
  const bundles = entriesOf(folder)
    .filter((name) => name !== 'environment')
    .map((name) => join(folder, name, 'index.cjs'))
    .filter((file) => existsSync(file));
  if (bundles.length === 0)
    return [countOf([GROUP, 'bundles of functions', 'kB'], {}, 'not built: npm start makes them')];
  const sizes = bundles.map((file) => statSync(file).size);
  return [
    countOf(
      [GROUP, 'bundles of functions', 'kB'],
      { serverless: sizes.reduce((a, b) => a + b) / KB },
      `${sizes.length} bundles in .build, before they are packed`,
    ),
    countOf(
      [GROUP, 'greatest bundle', 'kB'],
      { serverless: Math.max(...sizes) / KB },
      'in .build, before it is packed',
    ),
  ];
};

/** Sizes of what is deployed, as far as it has been built here. */
export const artefactCounts = (root: string, sizesOf: ImageSizes): Count[] => [
  ...imageCounts(root, sizesOf),
  ...archiveCounts(root),
  ...bundleCounts(root),
];
