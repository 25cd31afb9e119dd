import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig, variables } from '@duet/shared/kernel/config.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
};

describe('readConfig', () => {
  const { STORE, DATABASE_URL, PORT, AUTH_URL, DRAIN_MS, AWS_ENDPOINT_URL_S3 } = variables;

  it('When every variable is right, then they come typed', () => {
    const env = {
      STORE: 'postgres',
      DATABASE_URL: 'postgres://u:p@localhost/db',
      PORT: '3001',
      AUTH_URL: 'http://127.0.0.1:3001/',
    };
    expect(readConfig({ STORE, DATABASE_URL, PORT, AUTH_URL }, env)).toEqual({
      ...env,
      PORT: 3001,
      AUTH_URL: 'http://127.0.0.1:3001',
    });
  });

  it('When variables are missing or wrong, then all of them are named at once', () => {
    const message = messageOf(() =>
      readConfig({ STORE, DATABASE_URL, PORT }, { STORE: 'mysql', PORT: '99999' }),
    );
    expect(message).toMatch(/STORE: /);
    expect(message).toMatch(/DATABASE_URL is not set/);
    expect(message).toMatch(/PORT: /);
  });

  it('When a value is wrong, then the message does not repeat it', () => {
    expect(
      messageOf(() => readConfig({ DATABASE_URL }, { DATABASE_URL: 'mysql://root:hunter2@db' })),
    ).not.toContain('hunter2');
  });

  it('When an optional variable is absent, then it has its documented default or none', () => {
    expect(readConfig({ DRAIN_MS, AWS_ENDPOINT_URL_S3 }, {})).toEqual({ DRAIN_MS: 5000 });
  });

  describe('When a variable comes as a file', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'duet-config-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const file = (text: string): string => {
      writeFileSync(join(folder, 'secret'), text);
      return join(folder, 'secret');
    };

    it('then its content is the value, without the line end', () => {
      const env = { DATABASE_URL_FILE: file('postgres://u:p@db/d\n') };
      expect(readConfig({ DATABASE_URL }, env)).toEqual({ DATABASE_URL: 'postgres://u:p@db/d' });
    });

    it('and its content is wrong, then the variable is named and the content is not repeated', () => {
      const message = messageOf(() => readConfig({ DATABASE_URL }, { DATABASE_URL_FILE: file('hunter2') }));
      expect(message).toBe('Configuration: DATABASE_URL: Is not a postgres:// URL.');
    });

    it('and it cannot be read, then the file is named', () => {
      const path = join(folder, 'missing');
      expect(messageOf(() => readConfig({ DATABASE_URL }, { DATABASE_URL_FILE: path }))).toBe(
        `DATABASE_URL_FILE: ${path} cannot be read (ENOENT).`,
      );
    });

    it('and as a value too, then neither is taken', () => {
      const env = { DATABASE_URL_FILE: file('postgres://a/b'), DATABASE_URL: 'postgres://c/d' };
      expect(messageOf(() => readConfig({ DATABASE_URL }, env))).toMatch(/both set/);
    });
  });

  it('When a variable holds a secret, then it has no default', () => {
    for (const name of ['DATABASE_URL', 'AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'] as const) {
      expect(messageOf(() => readConfig({ [name]: variables[name] }, {}))).toBe(
        `Configuration: ${name} is not set`,
      );
    }
  });
});
