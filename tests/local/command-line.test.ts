import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { script } from './start-child.ts';

const COMMANDS = [
  ['npm start', 'local/start.ts'],
  ['npm run redrive', 'local/redrive.ts'],
  ['npm run reset', 'local/reset.ts'],
  ['npm run administrator', 'local/administrator.ts'],
  ['npm run bench', 'bench/bench.ts'],
  ['npm run parity', 'tests/parity/run.ts'],
] as const;

/** A line of its own, and nothing else: no stack trace. */
const ONE_LINE = /^[^\n]+\n$/;

describe.each(COMMANDS)('The command line of %s', (command, path) => {
  it('When help is asked for, then the usage is shown and nothing is done', async () => {
    const { code, out } = await script(path, '--help');
    expect(out.startsWith(`${command} -- `)).toBe(true);
    expect(code).toBe(0);
  });

  it('When an option is unknown, then one line says so', async () => {
    const { code, out } = await script(path, '--nonsense');
    expect(out).toMatch(ONE_LINE);
    expect(out).toContain("Unknown option '--nonsense'.");
    expect(code).toBe(2);
  });
});

describe('The command lines', () => {
  const nowhere = join(import.meta.dirname, 'nothing-runs-here');
  it.each([
    [['local/redrive.ts', '--stack', 'nonsense'], 'There is no stack "nonsense"'],
    [['local/administrator.ts', 'a@example.com', '--stack', 'nonsense'], 'There is no stack "nonsense"'],
    [['local/administrator.ts'], 'The e-mail address is missing'],
    [['local/administrator.ts', 'a@example.com', 'b'], '"b" is one argument too many'],
    [['local/reset.ts', '--data'], 'argument missing.'],
    [['bench/bench.ts', '--only', 'nonsense'], 'requests, confirm, cold'],
    [['tests/parity/run.ts', '--steps', '0'], '--steps is a whole number above 0'],
    [['tests/parity/run.ts', '--left', 'nonsense'], '--left is one of microservices-postgres'],
  ])('When %j is given, then one line says what is wrong', async ([path = '', ...args], message) => {
    const { code, out } = await script(path, ...args);
    expect(out).toMatch(ONE_LINE);
    expect(out).toContain(message);
    expect(code).toBe(2);
  });

  it.each(['local/redrive.ts', 'local/administrator.ts'])(
    'When nothing runs on the data, then %s says so',
    async (path) => {
      const email = path.includes('administrator') ? ['a@example.com'] : [];
      const { code, out } = await script(path, ...email, '--data', nowhere);
      expect(out).toBe(`Nothing runs on ${nowhere}: npm start first.\n`);
      expect(code).toBe(1);
    },
  );
});
