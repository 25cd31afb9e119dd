import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULTS } from '../../../local/containers/hpa-behaviour.ts';
import { type ComposeFile, readComposeFile } from './compose-file.ts';
import { type Image, readImage } from './dockerfile.ts';
import type { Manifest } from './kustomize.ts';
import { ROOT, renderOverlay, SERVICES, type ServiceName } from './overlays.ts';

/** Everything that has to agree: two ways to run the services, their images, and their code. Tests break it piece by piece. */
export type World = {
  readonly compose: ComposeFile;
  readonly images: Readonly<Record<ServiceName, Image>>;
  /** deploy/compose/gateway/haproxy.cfg */
  readonly gateway: string;
  readonly local: readonly Manifest[];
  readonly production: readonly Manifest[];
  /** Of `npm run stack -- autoscale`. */
  readonly autoscale: typeof DEFAULTS;
  /** Times in ms that are constants of the code. */
  readonly times: { readonly inFlight: number; readonly hardStop: number; readonly readyProbe: number };
};

const source = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

const constantIn = (file: string, name: string): number => {
  const digits = new RegExp(`const ${name} = ([0-9_]+);`).exec(source('microservices', 'edge', file))?.[1];
  if (!digits) throw new Error(`microservices/edge/${file} has no ${name}`);
  return Number(digits.replaceAll('_', ''));
};

/** The world as the files of this repository have it. */
export const readWorld = (): World => ({
  compose: readComposeFile(),
  images: Object.fromEntries(SERVICES.map((service) => [service, readImage(service)])) as World['images'],
  gateway: source('deploy', 'compose', 'gateway', 'haproxy.cfg'),
  local: renderOverlay('local'),
  production: renderOverlay('production'),
  autoscale: DEFAULTS,
  times: {
    inFlight: constantIn('drain.ts', 'IN_FLIGHT_MS'),
    hardStop: constantIn('serve.ts', 'HARD_STOP_MS'),
    readyProbe: constantIn('health.ts', 'READY_MS'),
  },
});
