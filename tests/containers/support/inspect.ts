import type { SharedStack } from './shared-stack.ts';

/** What `docker inspect` tells of a container; only what the tests look at. */
export type Inspected = {
  readonly Id: string;
  readonly Name: string;
  /** Id of its image. */
  readonly Image: string;
  readonly State: { readonly Status: string; readonly ExitCode: number };
  readonly Config: {
    readonly User: string;
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly Privileged: boolean;
    readonly CapDrop: readonly string[] | null;
    readonly CapAdd: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly Memory: number;
    readonly PidsLimit: number | null;
    readonly RestartPolicy: { readonly Name: string };
    readonly Devices: readonly unknown[] | null;
    readonly NetworkMode: string;
    readonly PidMode: string;
    readonly IpcMode: string;
    readonly UTSMode: string;
    readonly UsernsMode: string;
    readonly PortBindings: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[]>> | null;
    readonly PublishAllPorts: boolean;
  };
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> };
};

/** A container of the stack and the service of docker-compose.yml that it belongs to. */
export type StackContainer = Inspected & { readonly service: string };

/** Every container of the stack, jobs that have ended included. */
export const inspectAll = async ({ project, docker }: SharedStack): Promise<readonly StackContainer[]> => {
  const filter = `label=com.docker.compose.project=${project}`;
  const { stdout: ids } = await docker(['ps', '--all', '--quiet', '--no-trunc', '--filter', filter]);
  const { stdout } = await docker(['inspect', ...ids.split('\n').filter(Boolean)]);
  return (JSON.parse(stdout) as Inspected[]).map((one) => ({
    ...one,
    service: one.Config.Labels['com.docker.compose.service'] ?? '',
  }));
};
