import type Docker from 'dockerode';

/** CPU time that a container has used so far, user and system of all its processes, in microseconds. */
export type ContainerCpu = () => Promise<number>;

/**
 * Reads it from the engine's statistics, which are the figures of the container's own cgroup. It counts all that runs in
 * the container, its health checks too.
 *
 * @throws Error when the service of the project does not have exactly one container
 */
export const cpuOf = async (docker: Docker, project: string, service: string): Promise<ContainerCpu> => {
  const label = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`];
  const [found, ...more] = await docker.listContainers({ filters: { label } });
  if (!found || more.length > 0)
    throw new Error(`${service} should have one container: ${found ? more.length + 1 : 0}`);
  const container = docker.getContainer(found.Id);
  return async () => {
    const stats = await container.stats({ stream: false, 'one-shot': true });
    return stats.cpu_stats.cpu_usage.total_usage / 1_000;
  };
};
