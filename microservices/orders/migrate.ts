import { runMigration } from '../edge/migrate.ts';
import { composeOrders } from './compose.ts';

/** The job that prepares the orders service's store: `node migrate.ts`, in the environment of the service. */
await runMigration('orders', composeOrders);
