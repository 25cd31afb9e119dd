import { freePorts } from '../../../local/start-ports.ts';
import { untilReady } from './gateway-stack.ts';
import type { SharedStack } from './shared-stack.ts';

/**
 * Starts one more gateway before the same services, which trusts no proxy: as it is for everybody who sets nothing.
 *
 * @returns its URL, and what ends it
 */
export const startSecondGateway = async (
  stack: SharedStack,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> => {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const options = ['--detach', '--rm', '--no-deps', '--publish', `127.0.0.1:${port}:8080`];
  const { stdout } = await stack.compose(['run', ...options, 'gateway'], {
    env: { DUET_TRUSTED_PROXIES: '' },
  });
  const container = stdout.trim();
  const stop = async (): Promise<void> => {
    await stack.docker(['rm', '--force', container]);
  };
  try {
    await untilReady(url);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
