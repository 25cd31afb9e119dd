import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';

const LIMIT_MS = 2_000;
const MAX_BYTES = 64 * 1024;

/**
 * Fetches an issuer's JSON Web Key Set. Plain `node:http`, for `fetch` loads a whole client library on a cold start.
 * Ends after 2 s. The result is not validated here.
 */
export const makeFetchJwks =
  (deps: { url: string }): (() => Promise<unknown>) =>
  () =>
    new Promise((resolve, reject) => {
      const get = deps.url.startsWith('https:') ? getHttps : getHttp;
      const request = get(deps.url, { signal: AbortSignal.timeout(LIMIT_MS) }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('error', reject);
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_BYTES) request.destroy(new Error('the key set is too large'));
        });
        response.on('end', () => {
          if (response.statusCode !== 200)
            return reject(new Error(`the issuer answered ${response.statusCode}`));
          try {
            resolve(JSON.parse(text));
          } catch (error) {
            reject(error);
          }
        });
      });
      request.on('error', reject);
    });
