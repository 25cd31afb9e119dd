import { runService } from '../microservices/edge/service.ts';
import { composeOrders } from '../microservices/orders/compose.ts';

/**
 * The orders service as it is deployed, without what runs beside the requests (relay, sweeps): so that the CPU of POST /orders is
 * measured alone, and not together with the later work on the events that earlier requests have left.
 */
await runService('orders', (tools) => ({ ...composeOrders(tools), start: () => [] }));
