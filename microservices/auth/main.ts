import { runService } from '../edge/service.ts';
import { composeAuth } from './compose.ts';

/** The auth service as a process: `node main.ts`, configured by its environment. */
await runService('auth', composeAuth);
