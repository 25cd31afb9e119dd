import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Found, findStacks } from './find-stacks.ts';
import { htmlReport } from './html-report.ts';
import { journey } from './journey.ts';
import { type CompareOptions, HELP, readOptions, UsageError } from './options.ts';
import { journeyPhoto } from './photo.ts';
import { stepLines, verdictOf } from './print-report.ts';
import { runJourney } from './run-journey.ts';

/** `npm run compare`: one customer journey through both stacks. `npm run compare -- --help` lists the options. */

const say = (text: string): void => console.log(text);
let found: Found | undefined;

const compare = async (options: CompareOptions): Promise<number> => {
  found = await findStacks(options, say);
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
  writeFileSync(html, htmlReport(report));
  writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  say(`${verdictOf(results)}\n\nReports: ${html}, ${json}`);
  return results.some(({ differences }) => differences.length > 0) ? 1 : 0;
};

const end = async (code: number): Promise<void> => {
  await found?.stop();
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(2));

try {
  const options = readOptions(process.argv.slice(2));
  if (options) await end(await compare(options));
  else say(HELP);
} catch (error) {
  console.error(
    error instanceof UsageError ? error.message : `It could not compare: ${(error as Error).message}`,
  );
  await end(2);
}
