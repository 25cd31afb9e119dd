import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Found, findStacks } from './find-stacks.ts';
import { htmlReport } from './html-report.ts';
import { journey } from './journey.ts';
import type { CompareOptions } from './options.ts';
import { journeyPhoto } from './photo.ts';
import { stepLines, verdictOf } from './print-report.ts';
import { runJourney } from './run-journey.ts';

/** Writes a file that is there whole or not at all. */
const writeWhole = (file: string, text: string): void => {
  writeFileSync(`${file}.${process.pid}.part`, text);
  renameSync(`${file}.${process.pid}.part`, file);
};

/**
 * Walks one customer's journey through both stacks, compares every answer, and writes `journey.html` and `journey.json`.
 *
 * @param keep told the stacks, once they are found, so that they can be stopped at any moment
 * @returns 0; 1 when answers differ
 */
export const compareJourney = async (
  options: CompareOptions,
  say: (text: string) => void,
  keep: (found: Found) => void,
): Promise<number> => {
  const found = await findStacks(options, say);
  keep(found);
  try {
    const { stacks } = found;
    const abouts = stacks.map(({ side, about }) => ({ side, about }));
    for (const { side, about } of abouts) say(`${side}: ${about}`);
    const steps = journey(await journeyPhoto());
    const results = await runJourney(stacks, steps, options.repeats, (walk, of) => {
      say(`walk ${walk} of ${of}${walk === 1 ? ' (cold)' : ''}`);
    });
    say('');
    for (const [index, result] of results.entries()) say(`${stepLines(result, index + 1)}\n`);
    const report = { at: new Date().toISOString(), stacks: abouts, repeats: options.repeats, steps: results };
    mkdirSync(options.reports, { recursive: true });
    const [html, json] = ['journey.html', 'journey.json'].map((name) => join(options.reports, name)) as [
      string,
      string,
    ];
    writeWhole(html, htmlReport(report));
    writeWhole(json, `${JSON.stringify(report, null, 2)}\n`);
    say(`${verdictOf(results)}\n\nReports: ${html}, ${json}`);
    return results.some(({ differences }) => differences.length > 0) ? 1 : 0;
  } finally {
    await found.stop();
  }
};
