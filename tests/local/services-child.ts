import { startServices } from '../../local/services.ts';

/** Starts the services in a process of its own, prints their process ids, and stays: `node services-child.ts OPTIONS`. */
const services = await startServices(JSON.parse(process.argv[2] ?? ''));
process.stdout.write(`${JSON.stringify(services.pids)}\n`);
setInterval(() => {}, 60_000);
