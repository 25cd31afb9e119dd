import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { docker } from './docker.ts';

/** Begins the name of every project that tests on this machine start; another machine may use the same engine. */
const PREFIX = `duet-test-${createHash('sha256').update(hostname()).digest('hex').slice(0, 6)}`;

/** A name for a compose project of this process. */
export const projectName = (name: string): string => `${PREFIX}-${process.pid}-${name}`;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const LABEL = 'com.docker.compose.project';

const projectsOf = async (kind: 'container' | 'volume' | 'network'): Promise<readonly string[]> => {
  const all = kind === 'container' ? ['--all'] : [];
  const format = `{{.Label "${LABEL}"}}`;
  const { stdout } = await docker([kind, 'ls', ...all, '--filter', `label=${LABEL}`, '--format', format]);
  return stdout.split('\n');
};

/** Ends a compose project and removes what it left: containers, networks, volumes, and the images built for it. */
export const removeProject = async (project: string): Promise<void> => {
  const down = [
    'compose',
    '--project-name',
    project,
    'down',
    '--volumes',
    '--remove-orphans',
    '--timeout',
    '30',
  ];
  await docker(down, { withinMs: 180_000 });
  const { stdout } = await docker(['image', 'ls', '--quiet', '--filter', `reference=${project}/*`]);
  const images = [...new Set(stdout.split('\n').filter(Boolean))];
  if (images.length > 0) await docker(['image', 'rm', '--force', ...images]);
};

/** Removes the projects of test runs on this machine that were killed before they could do so themselves. */
export const removeStaleProjects = async (): Promise<void> => {
  const found = await Promise.all((['container', 'volume', 'network'] as const).map(projectsOf));
  const pattern = new RegExp(`^${PREFIX}-([0-9]+)-`);
  for (const project of new Set(found.flat())) {
    const [, pid] = pattern.exec(project) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) await removeProject(project);
  }
};
