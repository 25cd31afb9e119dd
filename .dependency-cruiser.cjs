/**
 * Which way things point (docs/adr has the why). Four floors and no arrow that runs back up:
 *
 *   shared/kernel <- shared/<context>, shared/events <- shared/adapters, shared/contract <- microservices | serverless
 *
 * with local, compare, bench and tests beside the stacks. Every rule names what it protects.
 */

const CONTEXTS = '^shared/(auth|inventory|images|orders)/';
const DOMAIN = '^shared/(auth|inventory|images|orders|events)/';
const STACKS = '^(microservices|serverless)/';

/** A context's published language: what another may read of it. */
const PUBLISHED = '^shared/(images/schema|events/[^/]+)\\.ts$';

/** npm packages that the kernel may use: validation, and the signatures of tokens. */
const KERNEL_PACKAGES = ['(^|/)node_modules/(zod|jose)/', '^(node:)?crypto$'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'kernel-is-the-ground-floor',
      comment: 'The kernel imports itself, zod, jose and node:crypto: everything stands on it.',
      severity: 'error',
      from: { path: '^shared/kernel/', pathNot: '^shared/kernel/config\\.ts$' },
      to: { pathNot: ['^shared/kernel/', ...KERNEL_PACKAGES] },
    },
    {
      name: 'only-configuration-reads-files',
      comment:
        'Configuration alone reads what lies outside of the process: its environment, and secrets in files.',
      severity: 'error',
      from: { path: '^shared/kernel/config\\.ts$' },
      to: { pathNot: ['^shared/kernel/', ...KERNEL_PACKAGES, '^(node:)?fs$'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'Domain code imports domain, kernel and zod: no I/O, no clock, no randomness, no framework.',
      severity: 'error',
      from: { path: DOMAIN },
      to: { pathNot: [DOMAIN, '^shared/kernel/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'contexts-meet-through-ports-and-events',
      comment: 'A context reads no other context, except its published language.',
      severity: 'error',
      from: { path: `${CONTEXTS}` },
      to: { path: CONTEXTS, pathNot: ['^shared/$1/', PUBLISHED] },
    },
    {
      name: 'events-belong-to-no-context',
      comment: 'The relay and the inbox know no context.',
      severity: 'error',
      from: { path: '^shared/events/' },
      to: { path: CONTEXTS },
    },
    {
      name: 'contract-is-no-adapter',
      comment: 'The contract is derived from the schemas of the contexts: no use case, no port, no adapter.',
      severity: 'error',
      from: { path: '^shared/contract/' },
      to: { path: '^shared/', pathNot: ['^shared/(contract|kernel)/', `${CONTEXTS}schema\\.ts$`] },
    },
    {
      name: 'adapters-do-not-know-each-other',
      comment:
        'An adapter stands on the ports; two technologies meet in a compose.ts. aws is the signed HTTP of three of them.',
      severity: 'error',
      from: { path: '^shared/adapters/([^/]+)/' },
      to: { path: '^shared/adapters/', pathNot: ['^shared/adapters/$1/', '^shared/adapters/aws/'] },
    },
    {
      name: 'adapters-run-no-use-cases',
      comment:
        'An adapter implements ports; it reads types and figures of a context, and never its use cases.',
      severity: 'error',
      from: { path: '^shared/adapters/' },
      to: {
        path: ['^shared/contract/', DOMAIN],
        pathNot: [`${DOMAIN}(ports|schema|keys|event|batch)\\.ts$`],
      },
    },
    {
      name: 'shared-knows-no-stack',
      comment: 'Nothing in shared runs back up to a stack, to local or to compare.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(microservices|serverless|local|compare|tests|bench)/' },
    },
    {
      name: 'stacks-are-strangers',
      comment: 'The two stacks never import each other.',
      severity: 'error',
      from: { path: STACKS },
      to: { path: STACKS, pathNot: '^$1/' },
    },
    {
      name: 'stacks-hold-only-what-is-deployed',
      comment: 'What exists to run on a laptop, to compare or to test is no part of a stack.',
      severity: 'error',
      from: { path: STACKS },
      to: { path: '^(local|compare|tests|bench)/' },
    },
    {
      name: 'only-compose-names-a-technology',
      comment: 'In a stack, adapters are imported by compose.ts alone.',
      severity: 'error',
      from: { path: STACKS, pathNot: '/compose\\.ts$' },
      to: { path: '^shared/adapters/' },
    },
    {
      name: 'services-own-their-use-cases',
      comment: 'A service of the microservices stack reads no other one; inventory mounts images.',
      severity: 'error',
      from: { path: '^microservices/(auth|inventory|orders|images)/' },
      to: {
        path: '^microservices/(auth|inventory|orders|images)/',
        pathNot: ['^microservices/$1/', '^microservices/images/'],
      },
    },
    {
      name: 'compare-sees-http-only',
      comment:
        'Compare talks to a stack over HTTP: of this repository it knows the contract, and how stacks are started, on which ports.',
      severity: 'error',
      from: { path: '^compare/' },
      to: {
        path: '^(shared|microservices|serverless|tests|local|bench)/',
        pathNot: [
          '^shared/(contract|kernel)/',
          `${CONTEXTS}schema\\.ts$`,
          '^local/(stacks[^/]*|start-ports)\\.ts$',
        ],
      },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'Tests test; nothing stands on them.',
      severity: 'error',
      from: { pathNot: '^tests/' },
      to: { path: '^tests/' },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that need each other at run time are one module. A type may look back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere is a mistake.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['/fixtures/', '(^|/)\\.build/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
      mainFields: ['types', 'module', 'main'],
      extensions: ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.d.ts', '.json'],
    },
  },
};
