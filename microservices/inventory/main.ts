import { runService } from '../edge/service.ts';
import { composeInventory } from './compose.ts';

/** The inventory service as a process: `node main.ts`, configured by its environment. */
await runService('inventory', composeInventory);
