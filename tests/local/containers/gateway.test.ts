import { describe, expect, it } from 'vitest';
import type { Replica } from '../../../local/containers/containers.ts';
import { isUp, parseStats, slotsOf } from '../../../local/containers/gateway.ts';
import { requestsOf } from '../../../local/containers/samples.ts';

/** HAProxy 3.0's own words, with the columns between cut out. */
const CSV = `# pxname,svname,stot,status,type,req_tot,check_desc,addr,intercepted,
public,FRONTEND,8,OPEN,0,30,,,24,
peers,FRONTEND,5,OPEN,0,5,,,0,
auth,auth1,5,UP,2,5,"Layer7 check passed, again",172.30.0.2:3001,,
auth,auth2,0,MAINT (resolution),2,0,,,,
auth,BACKEND,5,UP,1,5,,,,
orders,orders1,0,DOWN 1/2,2,0,"said ""no""",172.30.0.3:3003,,
orders,orders2,9,UP 1/2,2,,,[fd00::7]:3003,,
orders,orders3,0,NOLB,2,0,,172.30.0.9:3003,,
orders,BACKEND,9,UP,1,9,,,,
statistics,FRONTEND,12,OPEN,0,20,,,20,
`;

const replica = (service: string, ...addresses: string[]): Replica => ({
  id: 'x',
  name: 'x',
  service,
  number: 1,
  state: 'running',
  addresses,
  published: new Map(),
});

describe('the statistics of the gateway', () => {
  const rows = parseStats(CSV);

  it('When a replica has an address that is UP, then it is served', () => {
    expect(isUp(rows, replica('auth', '10.0.0.1', '172.30.0.2'))).toBe(true);
    expect(isUp(rows, replica('orders', 'fd00::7'))).toBe(true);
  });

  it.each([
    ['is DOWN', replica('orders', '172.30.0.3')],
    ['drains', replica('orders', '172.30.0.9')],
    ['belongs to another service', replica('orders', '172.30.0.2')],
    ['has only the beginning of an address in common', replica('auth', '172.30.0')],
    ['is cut off', replica('auth')],
  ])('When a replica %s, then it is not', (_, one) => {
    expect(isUp(rows, one)).toBe(false);
  });

  it('When requests are counted, then each service has its own, and the gateway those of its clients without its health checks', () => {
    expect(Object.fromEntries(requestsOf(rows))).toEqual({ gateway: 6, auth: 5, orders: 9 });
  });

  it('When a service has slots, then they are counted, taken or not', () => {
    expect([slotsOf(rows, 'auth'), slotsOf(rows, 'orders'), slotsOf(rows, 'nobody')]).toEqual([
      2,
      3,
      undefined,
    ]);
  });

  it('When there is nothing, then there are no rows', () => {
    expect(parseStats('')).toEqual([]);
    expect(parseStats('<html>not it</html>')).toEqual([]);
  });
});
