import { type Matchable, refuseUnrouted } from '@duet/shared/contract/match-path.ts';
import { DomainError } from '@duet/shared/kernel/errors.ts';
import type { HttpHandler } from './json.ts';

/** Everything that no route takes: 404, or 405 with Allow where the path has other methods. */
export const notFound =
  (rows: readonly Matchable[]): HttpHandler =>
  async (event) => {
    try {
      decodeURIComponent(event.rawPath);
    } catch {
      throw new DomainError('malformed', { detail: 'The path is not properly encoded.' });
    }
    throw refuseUnrouted(rows, event.rawPath);
  };
