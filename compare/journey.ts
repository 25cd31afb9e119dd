import { goodsSteps } from './journey-goods.ts';
import { orderSteps } from './journey-orders.ts';
import type { Step } from './step.ts';

/**
 * The journey of one customer, with an administrator beside them who fills the shelf. `photo` is what is uploaded (JPEG).
 */
export const journey = (photo: Uint8Array<ArrayBuffer>): readonly Step[] => [
  ...goodsSteps(photo),
  ...orderSteps,
];
