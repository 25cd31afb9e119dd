import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Count } from '../../results/report-data.ts';
import { countOf } from './count.ts';
import { filesUnder, sizeOf } from './lines.ts';

const HOW = 'lines that are neither blank nor only comment';

/** Lines of configuration by which each style is deployed. Compose and Kubernetes are two ways for the same services. */
export const configurationCounts = (root: string): Count[] => {
  const one = (file: string): string[] => (existsSync(join(root, file)) ? [join(root, file)] : []);
  const under = (folder: string): string[] => filesUnder(join(root, folder));
  const isDockerfile = (file: string): boolean => basename(file) === 'Dockerfile';
  const row = (
    side: 'microservices' | 'serverless',
    name: string,
    files: readonly string[],
    of: string,
  ): Count => {
    const { files: count, lines } = sizeOf(files);
    const how =
      count === 0 ? `${of} is not there` : `${HOW}, in ${count} ${count === 1 ? 'file' : 'files'}: ${of}`;
    return countOf(['Configuration', name, 'lines'], { [side]: count === 0 ? null : lines }, how);
  };
  const compose = under('deploy/compose');
  return [
    row('microservices', 'containers on one machine', one('docker-compose.yml'), 'docker-compose.yml'),
    row(
      'microservices',
      'images',
      [...under('microservices'), ...compose].filter(isDockerfile),
      'every Dockerfile',
    ),
    row(
      'microservices',
      'gateway and first start',
      compose.filter((file) => !isDockerfile(file)),
      'deploy/compose without its Dockerfiles',
    ),
    row('microservices', 'Kubernetes, base', under('deploy/kubernetes/base'), 'deploy/kubernetes/base'),
    row(
      'microservices',
      'Kubernetes, overlays',
      under('deploy/kubernetes/overlays'),
      'deploy/kubernetes/overlays',
    ),
    row('serverless', 'functions and resources', one('serverless.yml'), 'serverless.yml'),
  ];
};
