/**
 * The health check of a container, `node probe.cjs PORT`: ends with 0 when this container's service is ready, else with
 * 1. Plain CommonJS on purpose: it runs every few seconds in every container, and takes 24 ms of CPU where TypeScript
 * would take 69.
 */
const { get } = require('node:http');

const port = process.argv[2];
const probe = get({ host: '127.0.0.1', port, path: '/readyz', timeout: 2_000 }, (reply) => {
  process.exit(reply.statusCode === 200 ? 0 : 1);
});
probe.on('timeout', () => process.exit(1));
probe.on('error', () => process.exit(1));
