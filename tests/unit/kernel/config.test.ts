import { ConfigError, readConfig, variables } from '@duet/shared/kernel/config.ts';
import { describe, expect, it } from 'vitest';

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

  it('When a variable holds a secret, then it has no default', () => {
    for (const name of ['DATABASE_URL', 'AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'] as const) {
      expect(messageOf(() => readConfig({ [name]: variables[name] }, {}))).toBe(
        `Configuration: ${name} is not set`,
      );
    }
  });
});
