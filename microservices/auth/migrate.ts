import { runMigration } from '../edge/migrate.ts';
import { composeAuth } from './compose.ts';

/** The job that prepares the auth service's store: `node migrate.ts`, in the environment of the service. */
await runMigration('auth', composeAuth);
