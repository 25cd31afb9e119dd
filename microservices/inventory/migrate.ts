import { runMigration } from '../edge/migrate.ts';
import { composeInventory } from './compose.ts';

/** The job that prepares the inventory service's store: `node migrate.ts`, in the environment of the service. */
await runMigration('inventory', composeInventory);
