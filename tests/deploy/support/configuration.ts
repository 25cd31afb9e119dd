import { isDeepStrictEqual } from 'node:util';
import { variables } from '@duet/shared/kernel/config.ts';
import { type Composed, composeServices } from './compose-services.ts';
import { type Environment, environmentsOf } from './environments.ts';
import { SERVICES, type ServiceName } from './overlays.ts';
import type { World } from './world.ts';

/** What production has of its own: its address, and photos in S3 instead of a folder. */
const OF_PRODUCTION = [
  ...['PUBLIC_URL', 'IMAGES', 'PHOTOS_DIR', 'PHOTOS_BUCKET', 'AWS_REGION'],
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
];

/** What a service sees by each way to run it. */
type Ways = Readonly<Record<'compose' | 'local' | 'production', Environment>>;

const waysOf = (world: World, service: ServiceName, what: 'service' | 'migration'): Ways => ({
  compose: {
    ...world.images[service].env,
    ...world.compose[what === 'service' ? service : `migrate-${service}`]?.environment,
  },
  local: environmentsOf(world.local)[service][what],
  production: environmentsOf(world.production)[service][what],
});

/** What a variable comes to: its own value or the service's default, parsed; undefined where it is of no use. */
const effective = (name: string, env: Environment): unknown => {
  const schema = (
    variables as Readonly<Record<string, { safeParse: (value: unknown) => { data?: unknown } }>>
  )[name];
  return schema ? schema.safeParse(env[name]).data : env[name];
};

/** The same peer by either name: Compose goes by way of the gateway, a cluster by way of a Service. */
const peer = (value: unknown): unknown =>
  typeof value === 'string'
    ? value.replace(/^http:\/\/(gateway|auth|inventory|orders):/, 'http://peer:')
    : value;

const differences = (one: Environment, other: Environment, without: readonly string[]): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((name) => !without.includes(name))
    .filter((name) => !isDeepStrictEqual(peer(effective(name, one)), peer(effective(name, other))))
    .map(
      (name) => `${name} is ${one[name] ?? 'not set'} in one and ${other[name] ?? 'not set'} in the other`,
    );

/** In Compose a migration gets all that its service gets: these say nothing to it. */
const OF_THE_SERVICE_ALONE = ['HOST', 'PORT', 'TRUST_PROXY'];

const WHATS = ['service', 'migration'] as const;
const WAYS = ['compose', 'local', 'production'] as const;

const compositionsOf = (world: World) =>
  SERVICES.flatMap((service) =>
    WHATS.flatMap((what) => {
      const ways = waysOf(world, service, what);
      return WAYS.map((way) => ({ service, what, way, env: ways[way], job: what === 'migration' }));
    }),
  );

const errorsOf = (world: World, composed: readonly Composed[]): string[] => [
  ...compositionsOf(world).flatMap(({ service, what, way, env }, index) => {
    const { error, reads = [] } = composed[index] ?? {};
    if (error) return [`${way}: ${service}'s ${what} would not start: ${error}`];
    // What an image sets is for the service; its migration listens nowhere.
    const image = what === 'migration' ? Object.keys(world.images[service].env) : [];
    const given = what === 'migration' && way === 'compose' ? [...image, ...OF_THE_SERVICE_ALONE] : image;
    const unread = Object.keys(env).filter((name) => !reads.includes(name) && !given.includes(name));
    return unread.map((name) => `${way}: ${service}'s ${what} never reads ${name}`);
  }),
  ...SERVICES.flatMap((service) =>
    WHATS.flatMap((what) => {
      const { compose, local, production } = waysOf(world, service, what);
      const own = what === 'migration' ? OF_THE_SERVICE_ALONE : [];
      return [
        ...differences(compose, local, own).map(
          (error) => `${service}'s ${what}, Compose and local: ${error}`,
        ),
        ...differences(local, production, OF_PRODUCTION).map(
          (error) => `${service}'s ${what}, local and production: ${error}`,
        ),
      ];
    }),
  ),
];

/**
 * What is wrong with the variables that services and their migrations get, by each way to run them: one that is missing or
 * wrong (the service would end at its start), one that nobody reads, one that the ways disagree on. Composes each service
 * under each environment, all in one process of their own. A list for each world.
 */
export const configurationErrors = (worlds: readonly World[]): string[][] => {
  const each = worlds.map(compositionsOf);
  const composed = composeServices(each.flat());
  return worlds.map((world, index) => {
    const before = each.slice(0, index).flat().length;
    return errorsOf(world, composed.slice(before, before + (each[index]?.length ?? 0)));
  });
};
