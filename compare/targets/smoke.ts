import { journey } from '../journey.ts';
import { journeyPhoto } from '../photo.ts';
import type { TargetInfo } from '../results/run-record.ts';
import { type Seen, walkOnce } from '../run-journey.ts';
import type { Started } from './target.ts';

/** What a smoke test came to, in a sentence. */
export type Smoke = { readonly ok: boolean; readonly says: string };

/** What the last answer of a step must hold: a step whose wait is over goes on with what there was. */
const MUST: Readonly<Record<string, RegExp>> = {
  'photo-ready': /"state":"READY"/,
  confirmed: /"state":"CONFIRMED"/,
  'out-of-stock': /"state":"REJECTED"/,
  cancel: /"available":2\b/,
};

/** What is wrong with a step; undefined when nothing is. */
const faultOf = (id: string, { answers, violations, error }: Seen): string | undefined => {
  if (error !== undefined) return error;
  const [violation] = violations;
  if (violation !== undefined) return violation;
  const refused = answers.find(({ status }) => status >= 400);
  if (refused) return `${refused.request} was answered ${refused.status}`;
  const must = MUST[id];
  const last = answers.at(-1);
  if (must && !must.test(JSON.stringify(last?.body ?? null)))
    return `${last?.request ?? 'nothing'} did not come to ${must.source.replace(/\\b/g, '')}`;
  return undefined;
};

/**
 * The contract's smoke test, the gate of every run: a customer and an administrator walk through every step of the journey once.
 * Every answer must keep the contract and be no refusal, and the order, the photo and the stock must come to what they should. The first fault ends it.
 * It takes about a second on a warm stack.
 */
export const smoke = async (
  { baseUrls, administrator }: Pick<Started, 'baseUrls' | 'administrator'>,
  info: Pick<TargetInfo, 'name'>,
): Promise<Smoke> => {
  const began = performance.now();
  const steps = journey(await journeyPhoto());
  const ground = {
    side: info.name,
    administrator,
    baseUrlOf: ({ context }: { context: keyof typeof baseUrls }) => baseUrls[context],
  };
  let fault: string | undefined;
  const seen = await walkOnce(ground, steps, (step, one) => {
    const found = faultOf(step.id, one);
    if (found !== undefined) fault = `${step.title}: ${found}`;
    return found === undefined;
  });
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  if (fault === undefined)
    return { ok: true, says: `All ${steps.length} steps of the journey keep the contract (${seconds} s).` };
  return { ok: false, says: `Step ${seen.length} of ${steps.length} of the journey fails. ${fault}` };
};
