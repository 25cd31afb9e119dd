import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CRUISED, cruise } from './cruise.ts';
import { copyTree, plant, planted } from './planted.ts';
import { filesIn, ROOT } from './tree.ts';

const ruleNames = (): string[] => {
  const config: { forbidden: { name: string }[] } = createRequire(import.meta.url)(
    join(ROOT, '.dependency-cruiser.cjs'),
  );
  return config.forbidden.map(({ name }) => name);
};

describe('imports', () => {
  it('When the repository is cruised, then every file of it was read and no rule is broken', async () => {
    const { modules, violations } = await cruise(ROOT, CRUISED);
    const wanted = CRUISED.flatMap((folder) => filesIn(folder)).filter(
      (file) => file.endsWith('.ts') && !file.includes('/fixtures/'),
    );
    expect(wanted.length).toBeGreaterThan(200);
    expect(wanted.filter((file) => !modules.includes(file))).toEqual([]);
    expect(violations).toEqual([]);
  });
});

describe('a violation that is planted', () => {
  let tree: Awaited<ReturnType<typeof copyTree>>;
  let violations: readonly string[];
  beforeAll(async () => {
    tree = await copyTree(CRUISED);
    await plant(tree.root, planted);
    violations = (await cruise(tree.root, CRUISED)).violations;
  }, 60_000);
  afterAll(() => tree.remove());

  it('When there is a rule, then there is a violation of it here', () => {
    expect([...new Set(planted.map(({ rule }) => rule))].sort()).toEqual(ruleNames().sort());
  });

  it.each(planted)('When $file breaks $rule, then the check says so', ({ file, rule }) => {
    expect(violations).toContain(`${rule}: ${file}`);
  });
});
