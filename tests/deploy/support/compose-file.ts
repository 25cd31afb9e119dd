import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { ROOT } from './overlays.ts';

/** What is looked at of a service in docker-compose.yml, after its merges and variables. */
const ComposeService = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  user: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
  deploy: z.object({
    resources: z.object({
      limits: z.object({ memory: z.string() }),
      reservations: z.object({ cpus: z.string() }).optional(),
    }),
  }),
});

/** A service of docker-compose.yml. */
export type ComposeService = z.output<typeof ComposeService>;

/** Services by name. */
export type ComposeFile = Record<string, ComposeService>;

/** `${NAME}` and `${NAME:-default}`, the innermost first; a variable that is not set is empty. */
const interpolate = (text: string, env: Readonly<Record<string, string>>): string => {
  const next = text.replace(
    /\$\{(\w+)(?::-([^${}]*))?\}/,
    (_, name: string, fallback = '') => env[name] || fallback,
  );
  return next === text ? text : interpolate(next, env);
};

/** The services of docker-compose.yml, as `docker compose config` shows them to who has set nothing. */
export const readComposeFile = (): ComposeFile => {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  const { name } = parse(text) as { name: string };
  const file: unknown = parse(interpolate(text, { COMPOSE_PROJECT_NAME: name }), { merge: true });
  return z.object({ services: z.record(z.string(), ComposeService) }).parse(file).services;
};
