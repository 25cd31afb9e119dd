import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { ROOT } from './tree.ts';

const Cruised = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** What dependency-cruiser found: the modules that it read, and `rule: from` of every violation. */
export type Findings = { readonly modules: readonly string[]; readonly violations: readonly string[] };

/** Folders that the rules are about. */
export const CRUISED = [
  'shared',
  'microservices',
  'serverless',
  'local',
  'compare',
  'bench',
  'tests',
] as const;

/** Cruises folders of a tree with this repository's rules, as `npm run lint:imports` does. */
export const cruise = async (root: string, folders: readonly string[]): Promise<Findings> => {
  const program = realpathSync(join(ROOT, 'node_modules', '.bin', 'depcruise'));
  const rules = join(root, '.dependency-cruiser.cjs');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, '--config', rules, '--output-type', 'json', ...folders],
    { cwd: root, maxBuffer: 256 * 1024 * 1024 },
  );
  const { modules, summary } = Cruised.parse(JSON.parse(stdout));
  return {
    modules: modules.map(({ source }) => source),
    violations: summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`),
  };
};
