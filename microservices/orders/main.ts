import { runService } from '../edge/service.ts';
import { composeOrders } from './compose.ts';

/** The orders service as a process: `node main.ts`, configured by its environment. */
await runService('orders', composeOrders);
