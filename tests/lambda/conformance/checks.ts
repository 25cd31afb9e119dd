import type { Check } from './checks/check.ts';
import { contextChecks } from './checks/context.ts';
import { errorChecks } from './checks/errors.ts';
import { eventChecks } from './checks/events.ts';
import { httpEventChecks } from './checks/http-event.ts';
import { httpReplyChecks } from './checks/http-reply.ts';
import { initChecks } from './checks/init.ts';
import { invokeChecks } from './checks/invoke-api.ts';
import { lifecycleChecks } from './checks/lifecycle.ts';
import { logChecks } from './checks/logs.ts';
import { queueChecks } from './checks/queues.ts';
import { throttlingChecks } from './checks/throttling.ts';

/** The check of every row that this stack can be held to, by the row's id. */
export const CHECKS: Readonly<Record<string, Check>> = {
  ...lifecycleChecks,
  ...initChecks,
  ...errorChecks,
  ...contextChecks,
  ...invokeChecks,
  ...throttlingChecks,
  ...logChecks,
  ...httpEventChecks,
  ...httpReplyChecks,
  ...queueChecks,
  ...eventChecks,
};
