import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { countCode } from '../../../compare/report/code-counts.ts';
import { linesOf } from '../../../compare/report/counts/lines.ts';
import { makeManifest } from '../../../compare/report/manifest.ts';
import { Count } from '../../../compare/results/report-data.ts';
import { tinyTree } from './support/tiny-tree.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'duet-counts-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
for (const [path, text] of Object.entries(tinyTree)) {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

const noEngine = () => 'no container engine answers';
const tiny = countCode(dir, (names) => new Map(names.map((name) => [name, 50_000_000])));
const real = countCode(ROOT, noEngine);

const find = (counts: readonly Count[], group: string, name: string): Count => {
  const found = counts.find((count) => count.group === group && count.name === name);
  if (!found) throw new Error(`${group}: ${name} was not counted`);
  return found;
};

/** Microservices, serverless and shared. */
const figures = (counts: readonly Count[], group: string, name: string): (number | null)[] => {
  const { microservices, serverless, shared } = find(counts, group, name);
  return [microservices, serverless, shared];
};

describe('lines of code', () => {
  it('When comments, blanks, templates and regular expressions are mixed, then lines with a token count', () => {
    const text = [
      '#!/usr/bin/env node',
      '/** A comment',
      ' * of three lines, with const code = 1;',
      ' */',
      'const url = "https://example.com"; // counts once',
      '',
      'const pattern = /\\/\\/ no comment/; /* one */',
      'const text = `',
      '  // in a text',
      '',
      `  \${url /* inner */} */`,
      '`;',
      '  // only a comment',
      'export const done = 1 /* open',
      ' close */ + 2;',
    ].join('\n');
    expect(linesOf(text, 'a.ts')).toBe(8);
  });

  it('When a file is configuration, then blank lines and lines of comment do not count', () => {
    expect(linesOf('# a\n\nb: 1 # c\n  # d\ne: "#"\n', 'a.yml')).toBe(2);
  });
});

describe('what is counted in a tree with known answers', () => {
  it('When layers are counted, then files and lines are those of each side', () => {
    expect(figures(tiny, 'Files', 'orders')).toEqual([2, 1, 1]);
    expect(figures(tiny, 'Lines of code', 'orders')).toEqual([5, 3, 2]);
    expect(figures(tiny, 'Lines of code', 'adapters/sqs')).toEqual([null, null, 1]);
    expect(figures(tiny, 'Files', 'all')).toEqual([2, 1, 2]);
  });

  it('When configuration is counted, then it is that of each way to deploy', () => {
    expect(figures(tiny, 'Configuration', 'containers on one machine')).toEqual([14, null, null]);
    expect(figures(tiny, 'Configuration', 'images')).toEqual([2, null, null]);
    expect(figures(tiny, 'Configuration', 'Kubernetes, base')).toEqual([17, null, null]);
    expect(figures(tiny, 'Configuration', 'Kubernetes, overlays')).toEqual([null, null, null]);
    expect(find(tiny, 'Configuration', 'Kubernetes, overlays').how).toBe(
      'deploy/kubernetes/overlays is not there',
    );
    expect(figures(tiny, 'Configuration', 'functions and resources')).toEqual([null, 22, null]);
  });

  it('When packages are counted, then declared, imported and installed ones are told apart', () => {
    expect(figures(tiny, 'Runtime packages of npm', 'declared')).toEqual([1, 0, 1]);
    expect(figures(tiny, 'Runtime packages of npm', 'imported')).toEqual([2, 1, null]);
    // express with its nested dependency, and zod; the optional one for another system is left out
    expect(figures(tiny, 'Runtime packages of npm', 'installed')).toEqual([3, 1, null]);
    expect(figures(tiny, 'Shared code in use', 'lines that are reached')).toEqual([2, 3, null]);
  });

  it('When permissions are counted, then they are those of the files', () => {
    expect(figures(tiny, 'Permissions', 'roles')).toEqual([2, 2, null]);
    expect(figures(tiny, 'Permissions', 'statements of IAM')).toEqual([null, 3, null]);
    expect(figures(tiny, 'Permissions', 'actions that are allowed')).toEqual([null, 4, null]);
    expect(figures(tiny, 'Permissions', 'different actions')).toEqual([null, 3, null]);
    expect(figures(tiny, 'Permissions', 'secrets that are mounted')).toEqual([2, null, null]);
    expect(figures(tiny, 'Permissions', 'places in networks, Compose')).toEqual([2, null, null]);
    expect(figures(tiny, 'Permissions', 'network policies, Kubernetes')).toEqual([1, null, null]);
    expect(figures(tiny, 'Permissions', 'peers that they allow')).toEqual([3, null, null]);
  });

  it('When what runs and what is built is counted, then it is that of the files', () => {
    expect(figures(tiny, 'What runs', 'containers that stay')).toEqual([1, null, null]);
    expect(figures(tiny, 'What runs', 'jobs of the start')).toEqual([1, null, null]);
    expect(figures(tiny, 'What runs', 'functions')).toEqual([null, 3, null]);
    expect(figures(tiny, 'What runs', 'routes')).toEqual([null, 1, null]);
    expect(figures(tiny, 'What runs', 'schedules')).toEqual([null, 1, null]);
    expect(figures(tiny, 'What runs', 'queues')).toEqual([null, 1, null]);
    expect(figures(tiny, 'Artefacts', 'image tiny/orders')).toEqual([50, null, null]);
    expect(figures(tiny, 'Artefacts', 'archives of functions, arm64')).toEqual([null, 0.003, null]);
    expect(figures(tiny, 'Artefacts', 'greatest archive, arm64')).toEqual([null, 0.002, null]);
    expect(figures(tiny, 'Artefacts', 'bundles of functions')).toEqual([null, 0.5, null]);
  });
});

describe('what is counted in this project', () => {
  it('When it is counted, then every count is well formed and says how', () => {
    for (const count of real) expect(Count.parse(count).how).not.toBe('');
    const names = real.map(({ group, name }) => `${group}: ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('When both styles have a layer, then both have lines there, and the sums are those of the layers', () => {
    for (const layer of ['auth', 'inventory', 'images', 'orders', 'edge']) {
      const [left, right] = figures(real, 'Lines of code', layer);
      expect([Number(left) > 50, Number(right) > 50]).toEqual([true, true]);
    }
    const lines = real.filter(({ group, name }) => group === 'Lines of code' && name !== 'all');
    const sum = lines.reduce((total, { shared }) => total + (shared ?? 0), 0);
    expect(find(real, 'Lines of code', 'all').shared).toBe(sum);
  });

  it('When no engine answers, then sizes of images are missing and say why', () => {
    expect(find(real, 'Artefacts', 'image duet/orders')).toMatchObject({
      microservices: null,
      how: 'no container engine answers',
    });
  });
});

describe('the manifest', () => {
  it('When it is made, then it names machine and versions', () => {
    const manifest = makeManifest(ROOT, new Date(0));
    expect(manifest).toMatchObject({ Date: '1970-01-01T00:00:00.000Z', Node: process.version });
    expect(manifest['PostgreSQL, embedded']).toMatch(/^17\.\d+/);
    expect(manifest['npm packages']).toMatch(/express 5\..*undici 8\./);
    expect(Object.values(manifest).filter((value) => value.trim() === '')).toEqual([]);
  });

  it('When it is made, then no name of a host or a user is in it', async () => {
    const { hostname, userInfo, homedir } = await import('node:os');
    const text = JSON.stringify(makeManifest());
    for (const secret of [hostname(), `/${userInfo().username}`, homedir(), ROOT])
      expect(text).not.toContain(secret);
  });
});
