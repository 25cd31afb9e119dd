import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type ServiceName } from './overlays.ts';

/** What a service's image brings along, by the last stage of its Dockerfile. */
export type Image = {
  readonly env: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  readonly user: string;
  /** Of its health check, and of its process. */
  readonly probe: readonly string[];
  readonly command: readonly string[];
};

/** Reads microservices/SERVICE/Dockerfile. @throws Error for an instruction that is written another way */
export const readImage = (service: ServiceName): Image => {
  const text = readFileSync(join(ROOT, 'microservices', service, 'Dockerfile'), 'utf8');
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n');
  const stage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  const valuesOf = (instruction: string): string[] =>
    stage
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1));
  const listOf = (value = ''): string[] => JSON.parse(value.slice(value.indexOf('['))) as string[];
  const pairs = valuesOf('ENV').flatMap((value) => value.split(/\s+/).map((pair) => pair.split('=', 2)));
  return {
    env: Object.fromEntries(pairs) as Record<string, string>,
    ports: valuesOf('EXPOSE').flatMap((value) => value.split(/\s+/).map(Number)),
    user: valuesOf('USER').at(-1) ?? 'root',
    probe: listOf(valuesOf('HEALTHCHECK').at(-1)),
    command: listOf(valuesOf('CMD').at(-1)),
  };
};
