import { describe, expect, it } from 'vitest';
import { reasonOf } from '../../../local/containers/compose-faults.ts';

describe("what Compose's output says", () => {
  it.each([
    [
      'Error response from daemon: driver failed programming external connectivity on endpoint duet-gateway-1 (84d0): Bind for 127.0.0.1:8080 failed: port is already allocated',
      { kind: 'port', port: '8080' },
    ],
    [
      'Error response from daemon: driver failed programming external connectivity on endpoint duet-gateway-1 (84d0): Error starting userland proxy: listen tcp4 127.0.0.1:8404: bind: address already in use',
      { kind: 'port', port: '8404' },
    ],
    [
      'Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint x (1): failed to bind host port for 127.0.0.1:9090:172.18.0.2:8080/tcp: address already in use',
      { kind: 'port', port: '9090' },
    ],
    [
      'Error response from daemon: Ports are not available: exposing port TCP 127.0.0.1:8080 -> 127.0.0.1:0: listen tcp 127.0.0.1:8080: bind: address already in use',
      { kind: 'port', port: '8080' },
    ],
    [
      'Error response from daemon: ports are not available: exposing port TCP 0.0.0.0:8080 -> 0.0.0.0:0: listen tcp 0.0.0.0:8080: bind: Only one usage of each socket address is permitted.',
      { kind: 'port', port: '8080' },
    ],
    [
      'Error response from daemon: failed to bind host port 127.0.0.1:8080/tcp: address already in use',
      { kind: 'port', port: '8080' },
    ],
    [
      'failed to solve: failed to copy files: copy file range failed: no space left on device',
      { kind: 'disk' },
    ],
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      { kind: 'engine' },
    ],
    [
      ' Container duet-orders-1  Error\ncontainer duet-orders-1 is unhealthy',
      { kind: 'container', name: 'duet-orders-1' },
    ],
    [
      'dependency failed to start: container duet-auth-1 is unhealthy',
      { kind: 'container', name: 'duet-auth-1' },
    ],
    [
      'dependency failed to start: container duet-auth-1 exited (1)',
      { kind: 'container', name: 'duet-auth-1' },
    ],
    [
      'service "migrate-orders" didn\'t complete successfully: exit 1',
      { kind: 'container', name: 'migrate-orders' },
    ],
    ['no such service: nope', { kind: 'other' }],
    ['', { kind: 'other' }],
  ])('When it is %j, then the reason is %j', (output, reason) => {
    expect(reasonOf(output)).toEqual(reason);
  });
});
