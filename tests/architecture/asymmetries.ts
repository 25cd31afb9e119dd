/**
 * Where the two stacks honestly differ, with the reason: the only exceptions from symmetry. A line that is not needed
 * any more fails the test, so that this list stays true.
 */

/** Files of a context's folder that are no use case: how each stack puts its use cases together and serves them. */
export const glue = {
  microservices: {
    'compose.ts': 'names the technologies',
    'wire.ts': 'wires the use cases of a long-lived process, on whatever compose.ts names',
    'routes.ts': 'the rows of the contract that the service serves; on Lambda serverless.yml routes',
    'main.ts': 'starts the process; on Lambda the platform does',
    'migrate.ts': 'the job that runs before the replicas of a new version; tables come from serverless.yml',
    'use-cases.ts': 'wires the use cases of two contexts that one service holds',
    'read-file-form.ts': 'reads the multipart form of an upload; on Lambda S3 does',
  },
  serverless: {
    'compose.ts': 'names the technologies, for one function each',
    'functions.ts': 'the handlers that serverless.yml names',
  },
} as const;

/** Use cases that only one stack has. */
export const onlyIn = {
  microservices: {
    'receive-upload': 'the bytes of a photo travel through the service; on Lambda they go to S3',
  },
  serverless: {},
} as const;

/** Use cases without a file of their own in shared, because shared/events has them for every context. */
export const relays = {
  'relay-order-events': 'the relay of shared/events, for orders',
  'relay-inventory-events': 'the relay of shared/events, for inventory',
} as const;

/** Files of an edge that only one stack has. */
export const edgeOnlyIn = {
  microservices: {
    'adapters.ts': 'types of what a long-lived process is built on',
    'app.ts': 'Express: routing; on Lambda the HTTP API does it',
    'drain.ts': 'ends a process gracefully; Lambda ends environments itself',
    'health.ts': 'livez and readyz, for what supervises processes',
    'keep-keys.ts':
      'fetches the keys that tokens are checked with again before they are stale; an environment sleeps',
    'line-writer.ts': 'writes log lines in batches; on Lambda each goes out before the reply',
    'loop.ts': 'periodic work; on Lambda a schedule',
    'migrate.ts': 'from a composed service to the job that prepares its store',
    'receive-events.ts': 'POST /events; on Lambda the queues deliver',
    'request-ids.ts':
      'carries the request id through concurrent requests; an environment serves one at a time',
    'serve.ts': 'from a composed service to a running process',
    'server.ts': 'listens, with its time-outs; on Lambda the platform does',
    'service.ts': 'what a composed service is',
    'service-identity.ts': 'tokens between services; on Lambda IAM roles',
  },
  serverless: {
    'event-function.ts': 'a function that a schedule, S3 or an operator invokes; in a process the loop',
    'functions.ts': 'the documents and $default, which belong to no context',
    'http-function.ts': 'one Lambda function from one handler; in a process app.ts',
    'not-found.ts': 'the $default route; in Express the last handler',
    'queue-function.ts': 'partial batch replies to SQS; in a process receive-events.ts',
  },
} as const;

/** Exports of a file that both edges have, but only one of them exports. */
export const edgeExportsOnlyIn = {
  microservices: {
    'body.ts': ['hasBody', 'readBody', 'discardBody'], // a stream is read; Lambda has the whole body
    'compose.ts': ['composePostgres', 'composeDynamo'], // a service has one store, opened at its start
    'documents.ts': ['documents'], // mounted as routes
    'log.ts': ['redact', 'makeServiceLog'], // pino
    'problem.ts': ['answerUnreadable'], // what is no HTTP never reaches a function
  },
  serverless: {
    'body.ts': ['requireSmallBody'],
    'compose.ts': ['composeAccess', 'tableOf', 'composeAuthenticate', 'composeRelay'], // a function opens only what it calls
    'documents.ts': ['document', 'documentRows'], // one function a document
    'fresh-events.ts': ['carryRequestId'], // the microservices have request-ids.ts
    'log.ts': ['makeFunctionLog'], // one JSON line a call, without a library
  },
} as const;

/** Functions that the contract has no row for, with what triggers them. */
export const functionsWithoutRoute = {
  createAdministrator: 'an operator, through the Invoke API',
  sweepSessions: 'a schedule',
  reserveStock: 'a queue',
  releaseStock: 'a queue',
  relayInventoryEvents: 'a schedule',
  resizeImage: 'ObjectCreated of the bucket',
  sweepImages: 'a schedule',
  settleOrder: 'a queue',
  sweepOrders: 'a schedule',
  relayOrderEvents: 'a schedule',
  getOpenapi: 'GET /openapi.json',
  getDocs: 'GET /docs',
  notFound: 'every other request',
} as const;
