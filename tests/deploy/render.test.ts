import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Manifest, renderKustomization } from './support/kustomize.ts';
import { OVERLAYS, ROOT, renderOverlay, SECRETS, withMadeSecrets } from './support/overlays.ts';

const kubectl = (...args: string[]) => spawnSync('kubectl', args, { encoding: 'utf8' });
const hasKubectl = kubectl('version', '--client').status === 0;

const byName = (manifests: readonly Manifest[]): Record<string, Manifest> =>
  Object.fromEntries(manifests.map((one) => [`${one.kind} ${one.metadata.name}`, one]));

describe('the renderer of these tests', () => {
  it.skipIf(!hasKubectl).each(OVERLAYS)(
    'When kubectl renders %s, then it makes the same objects as these tests look at',
    (overlay) => {
      withMadeSecrets((folder) => {
        const { stdout, stderr, status } = kubectl('kustomize', join(folder, 'overlays', overlay));
        expect(status, stderr).toBe(0);
        const theirs = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
        // It breaks long values of base64 into lines.
        for (const { data = {} } of theirs)
          for (const key in data) data[key] = data[key]?.replaceAll('\n', '') ?? '';
        expect(byName(renderOverlay(overlay))).toEqual(byName(theirs));
      });
    },
  );

  const withBase = (change: (text: string) => string): (() => Manifest[]) => {
    return () =>
      withMadeSecrets((folder) => {
        const file = join(folder, 'base', 'kustomization.yaml');
        writeFileSync(file, change(readFileSync(file, 'utf8')));
        return renderKustomization(join(folder, 'overlays', 'production'));
      });
  };

  it('When a kustomization uses a feature that it does not have, then it refuses', () => {
    expect(withBase((text) => `${text}namePrefix: my-\n`)).toThrow(/namePrefix/);
  });

  it('When a patch meets no object, then it refuses', () => {
    const patch = "patches: [{ target: { kind: Deployment, name: auht }, patch: '[]' }]\n";
    expect(withBase((text) => text + patch)).toThrow(/auht/);
  });

  it('When a file reads differently under YAML 1.1 and 1.2, then it refuses', () => {
    expect(withBase((text) => text.replace('namespace: duet', 'namespace: no'))).toThrow(/YAML 1\.1/);
  });
});

describe('the local overlay', () => {
  it('When its secrets were not made, then what fails to build names the command that makes them', () => {
    withMadeSecrets((folder) => {
      rmSync(join(folder, SECRETS), { recursive: true });
      expect(() => renderKustomization(join(folder, 'overlays', 'local'))).toThrow(
        /made-by-make-secrets\.sh/,
      );
      if (!hasKubectl) return;
      expect(kubectl('kustomize', join(folder, 'overlays', 'local')).stderr).toContain(
        'made-by-make-secrets.sh',
      );
    });
  });

  it('When its secrets were made, then git ignores them', () => {
    const made = join('deploy', 'kubernetes', SECRETS, 'auth', 'database-url');
    const { status } = spawnSync('git', ['check-ignore', '--quiet', made], { cwd: ROOT });
    expect(status).toBe(0);
  });

  it("When make-secrets.sh runs, then compose's own job makes them, in that folder, as the user", () => {
    withMadeSecrets((folder) => {
      const bin = join(folder, 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, 'docker'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
      const script = join(folder, 'overlays', 'local', 'make-secrets.sh');
      const { stdout, status } = spawnSync('sh', [script], {
        encoding: 'utf8',
        env: { PATH: `${bin}:/usr/bin:/bin` },
      });
      expect(status).toBe(0);
      const args = stdout.trim().split('\n');
      expect(args.slice(-2)).toEqual(['duet/setup', 'make-secrets.sh']);
      expect(args[args.indexOf('--volume') + 1]).toMatch(new RegExp(`${SECRETS}:/secrets$`));
      expect(args[args.indexOf('--user') + 1]).toMatch(/^\d+:\d+$/);
    });
  });
});
