/** The rows of the conformance table: what AWS Lambda and the HTTP API do, each with where AWS says so. */

/**
 * One row. `conf` says how sure it is: Q quoted from AWS's text, S seen in AWS's source, RAN run with AWS's own runtime client on Node 24,
 * OBS captured from real AWS by others, M from memory.
 */
export type Row = {
  readonly id: string;
  readonly area: string;
  readonly what: string;
  readonly source: string;
  readonly conf: string;
  /** Why the row cannot be met by this stack at all. */
  readonly notApplicable?: string;
  /** Where AWS's text is silent or contradicts itself. */
  readonly silent?: string;
};

/**
 * id | area | what to test | source | confidence. DG is the Lambda developer guide, AG the API Gateway developer guide, SDK the model of
 * `@aws-sdk/client-lambda`, RIC4 `aws-lambda-ric` 4.0.2, RIE AWS's runtime interface emulator, LTT AWS Lambda Test Tool v2.
 */
const TABLE = `
L01 | lifecycle | First request to a new environment runs module code once; the next sequential request reuses it and module globals keep their values | DG lambda-runtime-environment | Q
L02 | lifecycle | One invoke at a time an environment: N overlapping requests use N environments | DG lambda-concurrency | S
L03 | freeze | After the response the environment is frozen: a pending timer does not run, and resumes on the next invoke of the same environment | DG lambda-runtime-environment | Q
L04 | /tmp | A file in /tmp is there on a warm invoke; per environment; not cleared by a reset after timeout or crash; 512-10,240 MB | DG configuration-ephemeral-storage | Q
L05 | reuse | A handler throw keeps the process (global counter 2 on the next call); a crash or timeout resets it (counter 1) | DG; RIC4 | Q/RAN
L06 | shutdown | No extensions: 0 ms, then SIGKILL | DG | Q
I01 | init | 10 s limit; beyond it INIT is retried at the first invoke under the function timeout; log INIT_REPORT Init Duration: … ms Phase: init Status: timeout | DG | Q
I02 | init | Suppressed init: after a reset INIT re-runs inside the next invoke; REPORT Duration = init + invoke; beyond the timeout: Task timed out after N seconds | DG troubleshooting-invocation | Q
I03 | init | A successful init logs no INIT_REPORT; Init Duration only in the first request's REPORT | DG nodejs-logging | Q
I04 | init | Module throws RangeError('init bad'): /runtime/init/error with header Lambda-Runtime-Function-Error-Type: RangeError, body {errorType,errorMessage,trace}, exit 1; the invoker gets 200 with FunctionError | RIC4; DG runtimes-api | RAN/S
I05 | init | Missing CommonJS module or handler file: Runtime.ImportModuleError, message starts Error: Cannot find module 'x' | RIC4 | RAN
I06 | init | ESM import of a missing package: Error, Cannot find package 'x' imported from … | RIC4 | RAN
I07 | init | Export missing: Runtime.HandlerNotFound, … is undefined or not exported; not a function: … is not a function; syntax: Runtime.UserCodeSyntaxError; .. in handler: Runtime.MalformedHandlerName | RIC4 | RAN
I08 | init | Node 24: a handler with three parameters fails at init: Runtime.CallbackHandlerDeprecated | DG nodejs-handler; RIC4 | Q/RAN
E01 | errors | Throw TypeError('boom'): invoke 200, X-Amz-Function-Error: Unhandled, {"errorType":"TypeError","errorMessage":"boom","trace":[…]} | DG nodejs-exceptions; RIC4 | Q/RAN
E02 | errors | errorType is error.name; throw 'plain': {"errorType":"string","errorMessage":"plain","trace":[]}; throw {a:1}: object, [object Object] | RIC4 | RAN
E03 | errors | Circular or BigInt result: Runtime.JSONStringifyError, Unable to stringify response body; undefined and NaN become null; a sync return is accepted | RIC4 | RAN
E04 | errors | Exit code n: {"errorType":"Runtime.ExitError","errorMessage":"RequestId: <id> Error: Runtime exited with error: exit status n"}; exit 0: … Runtime exited without providing a reason; Unhandled | RIE; captures | S/OBS
E05 | errors | Node 24: unhandled rejection or throw in a timer: exit 1, so E04 exit status 1 | RIC4 | RAN/S
E06 | errors | Never-settled promise with an empty event loop: exit 0, so E04 without a reason | RIC4 | RAN
M01 | memory | Beyond memorySize: killed; Runtime.ExitError, … Runtime exited with error: signal: killed; REPORT Status: error Error Type: Runtime.OutOfMemory | captures; RIE | OBS/S
M02 | cpu | 128-10,240 MB, default 128; 1,769 MB = 1 vCPU, proportional | DG configuration-memory | Q
T01 | timeout | Default 3 s, 1-900 s, covers the invoke phase; then reset | DG configuration-timeout | Q
T02 | timeout | 200, Unhandled, {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: <id> Error: Task timed out after 3.00 seconds"} (two decimals) | DG; RIE; capture | Q/S
C01 | context | getRemainingTimeInMillis = deadline - now, decreasing | DG nodejs-context; RIC4 | Q/RAN
C02 | context | functionName, functionVersion, invokedFunctionArn, memoryLimitInMB (a string), awsRequestId (= log id), logGroupName, logStreamName, identity, clientContext; no succeed/fail/done | DG; RIC4 | Q/RAN
C03 | context | Node 24: no callbackWaitsForEmptyEventLoop; the response is sent when the promise resolves | RIC4 | RAN
V01 | env | _HANDLER, _X_AMZN_TRACE_ID, AWS_REGION, AWS_DEFAULT_REGION, AWS_EXECUTION_ENV, AWS_LAMBDA_FUNCTION_NAME/_MEMORY_SIZE/_VERSION, AWS_LAMBDA_INITIALIZATION_TYPE (on-demand), AWS_LAMBDA_LOG_GROUP_NAME/_STREAM_NAME, credentials, AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT are set and reserved | DG configuration-envvars | Q
V02 | env | Names [A-Za-z][A-Za-z0-9_]+; 4 KB together; literal values | DG | Q
V03 | env | _X_AMZN_TRACE_ID changes each invoke | DG; RIC4 | Q/S
R01 | runtime API | GET /2018-06-01/runtime/invocation/next: payload and Lambda-Runtime-Aws-Request-Id, -Deadline-Ms, -Invoked-Function-Arn, -Trace-Id (if our runtime speaks this API) | DG runtimes-api | Q
R02 | runtime API | POST /{id}/response, /{id}/error, /runtime/init/error: 202 | DG | Q
R03 | payload | Response over 6,291,556 bytes: 413 to the runtime; invoker 200, Unhandled, {"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"} | RIE; captures | S/OBS
K01 | invoke | POST /2015-03-31/functions/{name}/invocations: 200, JSON result (null if none), X-Amz-Executed-Version: $LATEST; a function error keeps 200 | DG invocation-sync; SDK | Q
K02 | invoke | X-Amz-Log-Type: Tail: X-Amz-Log-Result = base64 of the last 4 KB | SDK | Q
K03 | invoke | Event: 202, empty; DryRun: 204, not run | SDK | Q
K04 | invoke | Non-JSON payload 400 InvalidRequestContentException; unknown function 404 ResourceNotFoundException; non-JSON content type 415 | SDK | Q
K05 | payload | Sync request over 6,291,456 B: 413 RequestTooLargeException | SDK | Q
K06 | payload | Async payload over 1 MB: 413 | SDK; DG gettingstarted-limits | Q
N01 | throttle | Above reserved: 429 TooManyRequestsException {"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."} | SDK; capture | Q/OBS
N02 | throttle | Account pool exhausted: Reason ConcurrentInvocationLimitExceeded | SDK | Q
N03 | concurrency | Reserving n takes n from the others' pool, used or not; 100 stay unreserved; reserved 0 throttles every call; account default 1,000 | DG configuration-concurrency | Q
N04 | scaling | A function gains at most 1,000 environments per 10 s, refilled continuously, unused part not saved; above: 429 | DG scaling-behavior | Q
N05 | scaling | Synchronous requests a second at most 10 x concurrency | DG lambda-concurrency | Q
G01 | logs | START RequestId: <id> Version: $LATEST, END RequestId: <id>, REPORT RequestId: <id>\\tDuration: x ms\\tBilled Duration: n ms\\tMemory Size: m MB\\tMax Memory Used: u MB\\t[Init Duration: y ms] | DG nodejs-logging | Q
G02 | logs | Billed Duration = ceil(duration + init): 133.61 + 80.00 -> 214; 128.83 + 166.62 -> 296 | DG | Q
G03 | logs | Timeout adds Status: timeout; a crash Status: error\\tError Type: Runtime.ExitError | DG | Q
G04 | logs | console.log -> <ISO>\\t<requestId>\\tINFO\\t<msg>; a throw logs ERROR\\tInvoke Error \\t{…} | DG; RIC4 | Q/RAN
G05 | logs | JSON format: application {timestamp,level,requestId,message}, system {time,type:"platform.report",record:{…}} | DG | Q
H01 | http event | Payload 2.0 as AWS's sample; routeKey METHOD /path or $default; requestContext.http{method,path,protocol,sourceIp,userAgent}; time 12/Mar/2020:19:03:58 +0000; timeEpoch ms | AG http-api-develop-integrations-lambda | Q
H02 | http event | Header names lower-case, duplicates joined by ,; no multiValue fields | AG | Q
H03 | http event | Cookies as an array, absent when none, and no cookie header | AG; LTT | Q/S
H04 | http event | rawQueryString stays encoded, "" if none; queryStringParameters decoded, duplicates joined by ,, absent if none | AG; LTT | Q/S
H05 | http event | pathParameters and rawPath are URL-decoded | AG http-api-develop-routes; LTT | Q/S
H06 | http event | A named stage appears in rawPath; $default does not | AG; captures | Q/OBS
H07 | http event | Plain text only for text/*, application/json, application/xml, application/javascript; the rest base64 | live check by others | OBS
H08 | routing | Full match > greedy > $default; ANY takes undefined methods; no route: 404 {"message":"Not Found"} | AG; LTT | Q/S
P01 | inference | No statusCode: 200, application/json; an object is its JSON; a JSON string is the body without quotes | AG; LTT | Q/S
P02 | inference | Arrays, numbers, booleans: 200, raw body, application/json | LTT | S
P03 | response | statusCode without content-type: text/plain; charset=utf-8; isBase64Encoded decodes to bytes | LTT | S
P04 | response | cookies become separate set-cookie headers | AG | Q
X01 | http errors | statusCode 0 or 200.5: 500 {"message":"Internal Server Error"} | LTT | S
X02 | http errors | Throws, crashes, times out, oversize reply: 500 {"message":"Internal Server Error"}, no detail, no retry | AG http-api-troubleshooting-lambda; captures | Q/OBS
X03 | http errors | No answer within 30 s: 503 {"message":"Service Unavailable"}; the function keeps running | AG http-api-quotas; captures | Q/OBS
X04 | http errors | Function throttled: 503 {"message":"Service Unavailable"} (weak; AWS's text says 500); stage throttle: 429 {"message":"Too Many Requests"} | AG http-api-throttling | OBS/Q
X05 | http errors | Body over 10 MB, or over Lambda's 6 MB: 413 {"message":"Request Entity Too Large"}; request line and headers over 10,240 B rejected | AG http-api-quotas; LTT | Q/S
O01 | CORS | Preflight answered by the gateway; headers only with Origin; the integration's own CORS headers ignored | AG http-api-cors | Q
Q01 | sqs | Record: messageId, receiptHandle, body, attributes (strings), messageAttributes, md5OfBody, eventSource aws:sqs, eventSourceARN, awsRegion | DG with-sqs | Q
Q02 | sqs | Batch size default 10, to 10,000; over 10 needs a window >= 1 s; window 0-300 s; fires on window, size or 6 MB | DG services-sqs-configure | Q
Q03 | sqs | Starts at 5 concurrent batches, +300 invokes a minute, to 1,250; MaximumConcurrency 2-1,000 | DG services-sqs-scaling | Q
Q04 | sqs | Success deletes the batch; error returns it after the visibility timeout, receive count +1; creation fails if function timeout > visibility timeout | DG with-sqs | Q
Q05 | sqs | ReportBatchItemFailures: only listed ids return. Full success: empty or null list, empty or null response. Full failure: throw, invalid JSON, empty, null or misnamed itemIdentifier, unknown id. Flag not set: the list is ignored | DG services-sqs-errorhandling | Q/S
Q06 | sqs | Filters on body, up to 5, ORed, a non-match is deleted; after maxReceiveCount the message moves to the DLQ | DG with-sqs-filtering | Q
S01 | s3 | One Record; eventVersion 2.1, eventName ObjectCreated:Put or :Post, s3{bucket{name,arn}, object{key,size,eTag,sequencer}}; asynchronous | S3 notification-content-structure | Q
S02 | s3 | Key form-encoded (red flower.jpg -> red+flower.jpg); prefix and suffix filters | S3 guide | Q
A01 | async | Function error: 2 retries after 1 and 2 minutes (MaximumRetryAttempts 0-2); age to 6 h | DG invocation-async-error-handling | Q
A02 | async | Throttle or 5xx: back to the queue to 6 h, 1 s growing to 5 min; reserved 0: straight to the destination | DG | Q
A03 | async | On-failure record {version:"1.0",timestamp,requestContext:{requestId,functionArn,condition:"RetriesExhausted",approximateInvokeCount:3},requestPayload,responseContext:{statusCode:200,executedVersion,functionError:"Unhandled"},responsePayload} | DG invocation-async-retain-records | Q
D01 | schedule | Rule event {version:"0",id,"detail-type":"Scheduled Event",source:"aws.events",account,time,region,resources,detail:{}}, asynchronous; rate(1 minute), rate(5 minutes); 6-field cron with ? | EventBridge guide | Q
`;

const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  R01: 'neither runtime speaks the Runtime API: ours gives invocations to its processes over a channel of its own',
  R02: 'neither runtime speaks the Runtime API: ours takes results from its processes over a channel of its own',
  H06: 'serverless.yml has no named stages for an HTTP API: the framework deploys $default alone',
};

const SILENT: Readonly<Record<string, string>> = {
  X04: "AWS's text and captures contradict each other about the status of a throttled function",
};

const rowOf = (line: string): Row => {
  const [id = '', area = '', what = '', source = '', conf = ''] = line.split(' | ');
  const notApplicable = NOT_APPLICABLE[id];
  const silent = SILENT[id];
  return {
    ...{ id, area, what, source, conf },
    ...(notApplicable !== undefined && { notApplicable }),
    ...(silent !== undefined && { silent }),
  };
};

/** Every row, in the table's order. */
export const ROWS: readonly Row[] = TABLE.trim().split('\n').map(rowOf);

/** Whether a runtime has to pass the row: AWS says it in its text or shows it in its code, and the stack can meet it. */
export const isCounted = ({ conf, notApplicable, silent }: Row): boolean =>
  notApplicable === undefined &&
  silent === undefined &&
  conf.split('/').some((one) => ['Q', 'S', 'RAN'].includes(one));
