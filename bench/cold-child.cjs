/**
 * One cold start: imports a function's bundle and makes its first call, in a process that has done nothing else. What it took is
 * counted from before the import; Node's own start is not. Arguments: the bundle, and a file with the event as JSON.
 */
const { readFileSync } = require('node:fs');
const [, , bundle, eventFile] = process.argv;
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = {
  awsRequestId: 'bench-cold-start',
  functionName: 'bench',
  getRemainingTimeInMillis: () => 5_100,
};

const run = async () => {
  const began = performance.now();
  const { handler } = require(bundle);
  const imported = performance.now();
  const reply = await handler(event, context);
  const ended = performance.now();
  const failures = reply?.batchItemFailures ?? [];
  const failed = reply?.statusCode >= 300 || failures.length > 0;
  process.stdout.write(
    `${JSON.stringify({ importMs: imported - began, callMs: ended - imported, error: failed ? JSON.stringify(reply) : null })}\n`,
    () => process.exit(0),
  );
};

run().catch((error) => {
  process.stdout.write(
    `${JSON.stringify({ importMs: 0, callMs: 0, error: String(error?.stack ?? error) })}\n`,
    () => process.exit(0),
  );
});
