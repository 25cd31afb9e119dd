import { openDataRoot } from '../../../compare/targets/data-root.ts';
import { makeTarget } from '../../../compare/targets/make-target.ts';
import { parseTarget } from '../../../compare/targets/specs.ts';

/** A run that starts a target, measures beside it, tells where all that is, and waits to be killed: `target-child.ts PARENT TARGET`. */
const [parent = '', name = ''] = process.argv.slice(2);
const root = await openDataRoot(undefined, parent);
console.log(JSON.stringify({ root: root.path }));
const started = await makeTarget(parseTarget(name), { root, say: () => {} }).start();
await started.observe().begin();
console.log(JSON.stringify({ baseUrls: started.baseUrls }));
setInterval(() => {}, 60_000);
