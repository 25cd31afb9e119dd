import type { Decided, Failed } from './autoscale.ts';
import type { Groups } from './hpa.ts';

const REASONS: Readonly<Record<Decided['why'], string>> = {
  'no-metrics': 'no replica that counts has a metric: nothing is done',
  'within-tolerance': 'within the tolerance',
  'would-turn-round': 'those that are not ready or not measured could turn it round: nothing is done',
  metric: 'as the metric asks',
  'above-max': 'more than --max',
  'below-min': 'fewer than --min',
  none: 'there is no replica: nothing is done',
  window: 'held by the window',
  rate: 'held by the rate',
  max: 'held by --max',
  min: 'held by --min',
};

const aside = (groups: Groups): string =>
  (['unready', 'missing', 'ignored'] as const)
    .filter((group) => groups[group].length > 0)
    .map((group) => `, ${groups[group].length} ${group}`)
    .join('');

const clock = (at: number): string => `${new Date(at).toISOString().slice(11, 19)}Z`;

/** One decision and its inputs on one line, for a person. */
export const decisionText = (decided: Decided): string => {
  const { at, service, current, desired, proposal, stabilized, limit, rule, why } = decided;
  const parts = [`${clock(at)} ${service} ${current} -> ${desired}`, REASONS[why]];
  if (proposal?.utilization !== undefined) {
    const { counted } = proposal.groups;
    const milli = decided.pods
      .filter(({ name }) => counted.includes(name))
      .reduce((sum, { cpu }) => sum + (cpu?.milli ?? 0), 0);
    const of = `${milli.toFixed(0)}m of ${counted.length} x ${rule.requestMilli}m${aside(proposal.groups)}`;
    const corrected =
      proposal.correctedRatio === undefined ? '' : `, with the others ${proposal.correctedRatio.toFixed(3)}`;
    parts.push(
      `CPU ${of} = ${proposal.utilization} % for a target of ${rule.target} %`,
      `ratio ${proposal.ratio?.toFixed(3)}${corrected}`,
      `asks for ${proposal.replicas}, ${stabilized} after the windows${limit === undefined ? '' : `, ${limit} at the rate`}`,
    );
  }
  return parts.join('; ');
};

/** That a decision could not be carried out, on one line. */
export const failedText = ({ at, services, failed }: Failed): string =>
  `${clock(at)} ${services.join(', ')} could not be scaled: ${failed.split('\n')[0]}`;

/** A decision, or that it could not be carried out, as one line of JSON. `time` is ISO 8601. */
export const autoscaleJson = ({ at, ...event }: Decided | Failed): string =>
  JSON.stringify({ time: new Date(at).toISOString(), ...event });
