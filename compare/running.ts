import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';

const Running = z.object({
  pid: z.int(),
  stacks: z.partialRecord(
    z.enum(['microservices', 'serverless']),
    z.object({
      store: z.string(),
      urls: z.object({ auth: z.string(), inventory: z.string(), orders: z.string() }),
      seeded: z.boolean(),
    }),
  ),
});

/** What runs on a data directory, as `npm start` wrote it down; undefined when nothing does. */
export const readRunning = (data: string): z.output<typeof Running> | undefined => {
  try {
    const running = Running.parse(JSON.parse(readFileSync(resolve(data, 'running.json'), 'utf8')));
    process.kill(running.pid, 0);
    return running;
  } catch {
    return undefined;
  }
};
