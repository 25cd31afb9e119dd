// Imports the handler of every folder given, and tells which are functions. A folder as `-folder` is imported without
// sharp, whose native code is of another machine.
const Module = require('node:module');
const load = Module._load;
const result = {};
for (const argument of process.argv.slice(2)) {
  const isForeign = argument.startsWith('-');
  const folder = argument.slice(isForeign ? 1 : 0);
  Module._load = (request, ...rest) =>
    isForeign && request === 'sharp' ? () => undefined : load(request, ...rest);
  try {
    result[folder] = typeof require(`${folder}/index.cjs`).handler;
  } catch (error) {
    result[folder] = String(error.stack);
  }
}
process.stdout.write(JSON.stringify(result), () => process.exit(0));
