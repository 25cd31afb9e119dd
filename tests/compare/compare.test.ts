import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type Fault, startFakeStack } from './fake-stack.ts';

const COMPARE = fileURLToPath(new URL('../../compare/compare.ts', import.meta.url));
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

type Run = { readonly code: number; readonly out: string; readonly reports: string };

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Omit<Run, 'reports'>> =>
  new Promise((resolve) => {
    execFile(process.execPath, [COMPARE, ...args], { env, timeout: 50_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, out: `${stdout}${stderr}` });
    });
  });

/** Compares two shops of one product, the second with a fault. */
const compare = async (fault: Fault): Promise<Run> => {
  const [left, right] = [await startFakeStack(), await startFakeStack(fault)];
  const reports = mkdtempSync(join(tmpdir(), 'duet-reports-'));
  cleanups.push(left.close, right.close, () => rmSync(reports, { recursive: true }));
  const admin = 'admin@duet.example:a long enough password';
  const options = [
    '--microservices',
    left.url,
    '--serverless',
    right.url,
    '--repeats',
    '1',
    '--reports',
    reports,
  ];
  return { ...(await run(options, { MICROSERVICES_ADMIN: admin, SERVERLESS_ADMIN: admin })), reports };
};

describe('npm run compare', () => {
  it('When both stacks answer alike, then it exits 0 and writes both reports', async () => {
    const { code, out, reports } = await compare({});
    expect(out).toContain('All 13 steps were answered alike');
    expect(code).toBe(0);
    const report = JSON.parse(readFileSync(join(reports, 'journey.json'), 'utf8'));
    expect(report.steps).toHaveLength(13);
    for (const { times, differences } of report.steps) {
      expect(differences).toEqual([]);
      expect(times.microservices.cold).toBeGreaterThan(0);
      expect(times.serverless.warm).toBeGreaterThan(0);
    }
    const html = readFileSync(join(reports, 'journey.html'), 'utf8');
    expect(html).toContain('microservices/orders/place-order.ts');
    expect(html).toContain('serverless/orders/place-order.ts');
    // Self-contained: nothing is loaded from anywhere.
    expect(html).not.toMatch(/<(link|img|iframe|script[^>]*src)\b|url\(|@import/);
  });

  it('When one shop had other goods before, then their ids shift no other, and it exits 0', async () => {
    const { code, out } = await compare({ otherGoods: true });
    expect(out).toContain('All 13 steps were answered alike');
    expect(code).toBe(0);
  });

  it('When one stack has another price, then it exits 1 and says where, with both values', async () => {
    const { code, out, reports } = await compare({ price: 4_951 });
    expect(code).toBe(1);
    expect(out).toMatch(
      /≠ DIFFERENT[\s\S]*answers\[0\]\.body\.priceCents\s+microservices {2}4950\s+serverless {5}4951/,
    );
    expect(readFileSync(join(reports, 'journey.html'), 'utf8')).toContain('The answers differ.');
  });

  it('When one stack answers with another status, then it exits 1, for that breaks the contract too', async () => {
    const { code, out } = await compare({ orderStatus: 201 });
    expect(code).toBe(1);
    expect(out).toMatch(/answers\[0\]\.status/);
    expect(out).toMatch(/against the contract/);
  });

  it('When an option is wrong or an administrator is missing, then it exits 2 and says so', async () => {
    const wrong = await run(['--microservices', 'nonsense']);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.out).toContain('--microservices is an http or https URL');
    const urls = ['--microservices', 'http://127.0.0.1:9', '--serverless', 'http://127.0.0.1:9'];
    const missing = await run(urls);
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.out).toContain('MICROSERVICES_ADMIN');
  });
});

describe('the files that served a step', () => {
  it('When a step of the journey names a use case, then its files are there on each side that has it', async () => {
    const { journey } = await import('../../compare/journey.ts');
    const { filesOf } = await import('../../compare/files.ts');
    const useCases = journey(new Uint8Array()).flatMap((step) => step.useCases);
    expect(useCases.length).toBeGreaterThan(13);
    for (const useCase of useCases) {
      const { shared, microservices, serverless } = filesOf(useCase);
      // The one use case that a stack has alone: on Lambda, S3 itself takes the bytes.
      const expected =
        useCase.name === 'receive-upload' ? [microservices] : [shared, microservices, serverless];
      for (const path of expected) expect(path && existsSync(path), useCase.name).toBe(true);
    }
  });
});
