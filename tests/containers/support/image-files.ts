import type { SharedStack } from './shared-stack.ts';

const WALK = `
const fs = require('node:fs');
const found = [];
const walk = (folder) => {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = folder + '/' + entry.name;
    if (entry.isDirectory()) walk(path);
    else found.push(path);
  }
};
process.argv.slice(1).forEach((folder) => fs.existsSync(folder) && walk(folder));
process.stdout.write(JSON.stringify(found));`;

/** Every file and link below some folders of an image, as root sees them. The image has Node. */
export const filesOf = async (
  { docker }: Pick<SharedStack, 'docker'>,
  image: string,
  folders: readonly string[],
): Promise<readonly string[]> => {
  const run = ['run', '--rm', '--network', 'none', '--user', '0', '--entrypoint', 'node', image];
  return JSON.parse((await docker([...run, '-e', WALK, ...folders])).stdout) as string[];
};

/** The machine that an ELF file of an image is for: 62 is amd64, 183 is arm64. */
export const machineOf = async (
  { docker }: Pick<SharedStack, 'docker'>,
  image: string,
  file: string,
): Promise<number> => {
  const script = `process.stdout.write(String(require('node:fs').readFileSync(process.argv[1]).readUInt16LE(18)))`;
  const run = ['run', '--rm', '--network', 'none', '--entrypoint', 'node', image, '-e', script, file];
  return Number((await docker(run)).stdout);
};
