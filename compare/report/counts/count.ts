import type { Count } from '../../results/report-data.ts';

/** Figures of one count; what is left out does not exist there. */
export type Figures = {
  readonly shared?: number | null;
  readonly microservices?: number | null;
  readonly serverless?: number | null;
};

/** One line of what was counted. */
export const countOf = (
  [group, name, unit]: readonly [group: string, name: string, unit: string],
  { shared = null, microservices = null, serverless = null }: Figures,
  how: string,
): Count => ({ group, name, unit, shared, microservices, serverless, how });
