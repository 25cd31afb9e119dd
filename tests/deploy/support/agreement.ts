import { isDeepStrictEqual } from 'node:util';
import type { V1Container } from '@kubernetes/client-node';
import { named, OVERLAYS, SERVICES, type ServiceName } from './overlays.ts';
import { quantityOf } from './syntax.ts';
import type { World } from './world.ts';

/** Says what differs, if two values do. */
const same = (what: string, ...values: unknown[]): string[] =>
  values.every((value) => isDeepStrictEqual(value, values[0]))
    ? []
    : [`${what}: ${values.map((value) => JSON.stringify(value)).join(' and ')}`];

const must = (what: string, holds: boolean): string[] => (holds ? [] : [what]);

/** Bytes of a size as Compose writes it: M and G are powers of two there. */
const composeBytes = (size: string): number => quantityOf(size.replace(/([KMG])B?$/i, '$1i'));

const seconds = (duration = ''): number => Number(/^(\d+)s$/.exec(duration)?.[1]);

const podOf = (
  world: World,
  overlay: (typeof OVERLAYS)[number],
  kind: 'Deployment' | 'Job',
  name: string,
) => {
  const spec = named(world[overlay], kind, name).spec?.template.spec;
  const container = spec?.containers[0];
  if (!spec || !container) throw new Error(`${kind} ${name} has no container`);
  return { spec, container };
};

/** One number everywhere: what the image opens, listens on and is probed on, and how each way to run it reaches it. */
const ports = (world: World, overlay: (typeof OVERLAYS)[number], service: ServiceName): string[] => {
  const image = world.images[service];
  const { container } = podOf(world, overlay, 'Deployment', service);
  const [port] = named(world[overlay], 'Service', service).spec?.ports ?? [];
  const template = new RegExp(`server-template ${service} \\d+ ${service}:(\\d+)`).exec(world.gateway)?.[1];
  const urls = Object.values(world.compose).map(
    ({ environment }) => environment[`${service.toUpperCase()}_URL`],
  );
  const inCompose = urls.flatMap((url) => (url ? [Number(new URL(url).port)] : []));
  return same(
    `port of ${service}`,
    ...[
      image.ports[0],
      Number(image.env['PORT']),
      Number(image.probe.at(-1)),
      Number(template),
      ...inCompose,
    ],
    ...[container.ports?.[0]?.containerPort, port?.port],
  );
};

/** Each way to run a service asks the same paths whether it lives and is ready. */
const probes = (world: World, container: V1Container, service: ServiceName): string[] => {
  const checks = [...world.gateway.matchAll(/option httpchk GET (\S+)/g)].map(([, path]) => path);
  return [
    ...same(`readiness of ${service}`, container.readinessProbe?.httpGet?.path, '/readyz', ...checks),
    ...same(`liveness of ${service}`, container.livenessProbe?.httpGet?.path, '/livez'),
    ...same(`start of ${service}`, container.startupProbe?.httpGet?.path, '/livez'),
  ];
};

/** From the signal to the end: endpoints notice while the service still serves; what is in flight ends before the hard stop, and that before the kill. */
const times = (world: World, overlay: (typeof OVERLAYS)[number], service: ServiceName): string[] => {
  const { spec, container } = podOf(world, overlay, 'Deployment', service);
  const grace = spec.terminationGracePeriodSeconds ?? 0;
  const drain = Number(container.env?.find(({ name }) => name === 'DRAIN_MS')?.value);
  const { periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1 } = container.readinessProbe ?? {};
  const noticed = (periodSeconds * failureThreshold + timeoutSeconds) * 1000;
  const { hardStop, inFlight, readyProbe } = world.times;
  return [
    ...same(`grace of ${service} in s`, seconds(world.compose[service]?.stop_grace_period), grace),
    ...must(`${service} is killed after ${grace} s, before its hard stop`, hardStop < grace * 1000),
    ...must(
      `${service} drains and finishes for longer than its hard stop lets it`,
      drain + inFlight < hardStop,
    ),
    ...must(
      `${service} stops serving ${drain} ms after the signal, noticed after ${noticed}`,
      noticed < drain,
    ),
    ...must(
      `${service} is asked whether it is ready for less than it may take`,
      readyProbe < timeoutSeconds * 1000,
    ),
  ];
};

const limits = (world: World, overlay: (typeof OVERLAYS)[number], service: ServiceName): string[] =>
  ([service, `migrate-${service}`] as const).flatMap((name) => {
    const { container } = podOf(world, overlay, name === service ? 'Deployment' : 'Job', name);
    const theirs = world.compose[name]?.deploy.resources;
    const { requests, limits: ours } = container.resources ?? {};
    const cpus = theirs?.reservations?.cpus;
    return [
      ...same(
        `memory of ${name}`,
        composeBytes(theirs?.limits.memory ?? '0'),
        quantityOf(ours?.['memory'] ?? '0'),
      ),
      ...(cpus ? same(`CPU of ${name}`, Number(cpus), quantityOf(requests?.['cpu'] ?? '0')) : []),
      ...must(`${name} has a limit of CPU, which stalls it`, ours?.['cpu'] === undefined),
    ];
  });

/** The image, who runs in it, what it runs, and where it may write and read its secret. */
const containers = (world: World, overlay: (typeof OVERLAYS)[number], service: ServiceName): string[] => {
  const image = world.images[service];
  const main = podOf(world, overlay, 'Deployment', service);
  const job = podOf(world, overlay, 'Job', `migrate-${service}`);
  const { runAsUser, runAsGroup, fsGroup } = main.spec.securityContext ?? {};
  const theirs = world.compose[service];
  const mounts = main.container.volumeMounts?.map(({ mountPath }) => mountPath) ?? [];
  const inCompose = [
    ...(theirs?.volumes ?? []).map((volume) => volume.split(':')[1]),
    ...(theirs?.tmpfs ?? []),
  ];
  const own = (path?: string) => path !== '/photos' || overlay === 'local';
  const tag = (one: string | undefined) =>
    overlay === 'local' ? one?.replace(/:latest$/, '') : theirs?.image;
  return [
    ...same(`user of ${service}`, image.user, `${runAsUser}:${runAsGroup}`, `${fsGroup}:${fsGroup}`),
    ...same(`user of ${service} in Compose`, theirs?.user, undefined),
    ...same(`image of ${service}`, theirs?.image, tag(main.container.image), tag(job.container.image)),
    ...same(`images of ${service} and its migration`, main.container.image, job.container.image),
    ...same(`command of ${service}`, image.command, ['node', `microservices/${service}/main.ts`]),
    ...same(`command of ${service} in the cluster`, main.container.command, theirs?.command, undefined),
    ...same(
      `command of migrate-${service}`,
      job.container.command,
      world.compose[`migrate-${service}`]?.command,
    ),
    ...same(`folders of ${service}`, mounts.toSorted(), inCompose.filter(own).toSorted()),
    ...must(
      `${service} can write to its image in Compose`,
      theirs?.read_only === true && theirs.cap_drop.includes('ALL'),
    ),
  ];
};

/** The autoscaler's numbers are those of `npm run stack -- autoscale`; but in a cluster one replica is never enough. */
const scaling = (world: World, overlay: (typeof OVERLAYS)[number], service: ServiceName): string[] => {
  const { spec } = named(world[overlay], 'HorizontalPodAutoscaler', service);
  const rule = world.autoscale;
  const servers = new RegExp(`server-template ${service} (\\d+) `).exec(world.gateway)?.[1];
  const up = spec?.behavior?.scaleUp;
  const down = spec?.behavior?.scaleDown;
  const policy = (type: string, value: number, ms: number) => ({ type, value, periodSeconds: ms / 1000 });
  return [
    ...same(`replicas of ${service} at most`, spec?.maxReplicas, rule.max, Number(servers)),
    ...must(`${service} has no second replica`, (spec?.minReplicas ?? 1) === Math.max(2, rule.min)),
    ...same(`target of ${service}`, spec?.metrics, [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: rule.target } },
      },
    ]),
    ...same(`way up of ${service}`, up, {
      stabilizationWindowSeconds: rule.upWindowMs / 1000,
      selectPolicy: 'Max',
      policies: [
        policy('Pods', rule.upPods, rule.upPeriodMs),
        policy('Percent', rule.upPercent, rule.upPeriodMs),
      ],
    }),
    ...same(`way down of ${service}`, down, {
      stabilizationWindowSeconds: rule.downWindowMs / 1000,
      selectPolicy: 'Max',
      policies: [policy('Percent', rule.downPercent, rule.downPeriodMs)],
    }),
  ];
};

/** PostgreSQL takes the connections of all replicas: a pool each, one that listens, and in a roll one replica more. */
const connections = (world: World): string[] => {
  const most = (command: readonly string[] = []): number =>
    Number(/max_connections=(\d+)/.exec(command.join(' '))?.[1]);
  const reserved = 3;
  const each = SERVICES.map((service) => Number(world.compose[service]?.environment['DATABASE_POOL']) + 1);
  const sum = (replicas: number): number => each.reduce((all, one) => all + replicas * one, reserved);
  const postgres = named(world.local, 'StatefulSet', 'postgres').spec?.template.spec?.containers[0];
  return [
    ...same('image of PostgreSQL', world.compose['postgres']?.image, postgres?.image),
    ...must(
      'Compose has too few connections',
      most(world.compose['postgres']?.command) >= sum(world.autoscale.max),
    ),
    ...must('The cluster has too few connections', most(postgres?.args) >= sum(world.autoscale.max + 1)),
  ];
};

/** What Compose, Kubernetes, the images and the code say differently of one and the same thing. Empty when they agree. */
export const disagreements = (world: World): string[] => [
  ...OVERLAYS.flatMap((overlay) =>
    SERVICES.flatMap((service) => [
      ...ports(world, overlay, service),
      ...probes(world, podOf(world, overlay, 'Deployment', service).container, service),
      ...times(world, overlay, service),
      ...limits(world, overlay, service),
      ...containers(world, overlay, service),
      ...scaling(world, overlay, service),
    ]).map((difference) => `${overlay}: ${difference}`),
  ),
  ...connections(world),
];
