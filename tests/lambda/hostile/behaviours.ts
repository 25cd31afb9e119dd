/** What hostile handlers do, drawn by a seed, and what AWS documents that the invoker gets of it. */

/** What the invoker has to get: the result's JSON text, one of some errors, or either. */
export type Expected = {
  /** The exact JSON text of the result, or true for any. */
  readonly result?: string | true;
  /** Type of the error, and its message: `<id>` stands for a request id. */
  readonly errors?: readonly { readonly type: string; readonly message?: string | RegExp }[];
};

/** One behaviour: the event that asks for it, and what the caller gets. */
export type Behaviour = {
  readonly event: { readonly kind: string } & Readonly<Record<string, unknown>>;
  readonly expected: Expected;
  /** It takes the memory of a small function. */
  readonly small?: true;
  /** It leaves its process spoilt, so that the next invocation of it may get either. */
  readonly spoils?: true;
};

type Draw = {
  /** A whole number from 0 to below `most`. */
  readonly below: (most: number) => number;
  readonly oneOf: <T>(list: readonly T[]) => T;
};

/** Mulberry32: the same numbers for the same seed, on every machine. */
const drawFrom = (seed: number): Draw => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number): number => Math.floor(next() * most);
  return { below, oneOf: (list) => list[below(list.length)] as never };
};

const exited = (how: string): Expected => ({
  errors: [{ type: 'Runtime.ExitError', message: `RequestId: <id> Error: Runtime exited ${how}` }],
});
const exitStatus = (code: number): Expected =>
  exited(code === 0 ? 'without providing a reason' : `with error: exit status ${code}`);
const signalled = (words: string): Expected => ({
  errors: [
    {
      type: 'Runtime.ExitError',
      message: new RegExp(
        `^RequestId: <id> Error: Runtime exited with error: signal: ${words}( \\(core dumped\\))?$`,
      ),
    },
  ],
});
const failed = (type: string, message?: string): Expected => ({
  errors: [message === undefined ? { type } : { type, message }],
});
const result = (value: unknown): Expected => ({ result: JSON.stringify(value) });
/** The functions' timeout is 2 s, and 20 s on a slow machine. */
const TIMED_OUT: Expected = {
  errors: [
    { type: 'Sandbox.Timedout', message: /^RequestId: <id> Error: Task timed out after (2|20)\.00 seconds$/ },
  ],
};
/** Whatever comes of it, it is an answer: a result, an error of the function, an end of its process, or its timeout. */
const ANY: Expected = {
  result: true,
  errors: [
    'Error',
    'TypeError',
    'RangeError',
    'Runtime.JSONStringifyError',
    'Runtime.ExitError',
    'Sandbox.Timedout',
    'handled',
  ].map((type) => ({ type })),
};

/** AWS's runtime client says this of an error that cannot be read. */
const UNREADABLE = failed(
  'handled',
  'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
);

/** What cannot even be made a text breaks the client's own log line as well: it may end the process. */
const UNSPEAKABLE: Expected = { errors: [...(UNREADABLE.errors ?? []), ...(exitStatus(1).errors ?? [])] };

/** By what is thrown, as AWS's runtime client 4.0.2 turns it into an error: an Error's name and message, else type and text. */
const THROWN: Readonly<Record<string, Expected>> = {
  number: failed('number', '42'),
  text: failed('string', 'plain'),
  empty: failed('string', ''),
  null: failed('object', 'null'),
  undefined: failed('undefined', 'undefined'),
  boolean: failed('boolean', 'false'),
  bigint: failed('bigint', '12'),
  symbol: failed('symbol', 'Symbol(mark)'),
  array: failed('object', '1,two'),
  object: failed('object', '[object Object]'),
  bare: UNSPEAKABLE,
  function: failed('function', 'function thrown() {}'),
  error: failed('Error', 'boom'),
  typeError: failed('TypeError', 'boom'),
  subclass: failed('OutOfStock', 'none left'),
  renamed: failed('Custom.Name', 'boom'),
  frozen: failed('Error', 'boom'),
  delete: failed('Error', 'a%7Fb'),
  withoutStack: failed('Error', 'boom'),
  messageGetter: UNREADABLE,
  nameGetter: UNREADABLE,
  stackGetter: UNREADABLE,
  nameNumber: UNREADABLE,
  messageObject: UNREADABLE,
  toStringThrows: UNSPEAKABLE,
  proxy: UNSPEAKABLE,
  circularCause: failed('Error', 'boom'),
  aggregate: failed('AggregateError', 'both'),
};

/** Thrown where nobody catches it, Node ends with status 1 for these; what cannot be printed may end it otherwise. */
const PLAIN = ['number', 'text', 'error', 'typeError', 'subclass', 'renamed', 'aggregate'];

const UNSERIALISABLE = failed('Runtime.JSONStringifyError', 'Unable to stringify response body');

/** By what is returned, as JSON.stringify has it, and undefined as null. */
const RETURNED: Readonly<Record<string, Expected>> = {
  circular: UNSERIALISABLE,
  bigint: UNSERIALISABLE,
  toJson: UNSERIALISABLE,
  getter: UNSERIALISABLE,
  proxy: UNSERIALISABLE,
  function: ANY,
  symbol: ANY,
  undefined: result(null),
  nan: result(null),
  infinity: result(null),
  map: result({}),
  date: result('1970-01-01T00:00:00.000Z'),
  sparse: result([1, null, 3]),
  nulls: result({ b: null }),
  surrogate: { result: '"\\ud800"' },
  control: result('\u0000\u2028'),
  thenable: result('resolved'),
  thenThrows: failed('RangeError', 'no then'),
  thenNever: exitStatus(0),
};

const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
  SIGINT: 'interrupt',
  SIGHUP: 'hangup',
  SIGQUIT: 'quit',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
};

const PATCHES = [
  ...[
    'stringify',
    'parse',
    'console',
    'exit',
    'kill',
    'prototype',
    'setter',
    'map',
    'push',
    'then',
    'buffer',
    'write',
  ],
  ...['timers', 'emit', 'environment', 'title', 'folder', 'umask', 'listeners', 'catchAll', 'send'],
];

/** Lambda's limit of a response, in bytes of JSON. */
const MAX_RESPONSE = 6_291_556;

const reply = (bytes: number): Behaviour => ({
  event: { kind: 'replies', bytes },
  expected:
    bytes <= MAX_RESPONSE
      ? result('x'.repeat(bytes - 2))
      : failed(
          'Function.ResponseSizeTooLarge',
          `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE} bytes).`,
        ),
});

/** The kinds, each with how often it is drawn: seldom where it takes seconds. */
const KINDS: readonly (readonly [weight: number, draw: (draw: Draw) => Behaviour])[] = [
  [8, ({ below }) => ((code) => ({ event: { kind: 'exit', code }, expected: exitStatus(code) }))(below(256))],
  [
    4,
    ({ below }) =>
      ((code) => ({ event: { kind: 'exitLater', code }, expected: exitStatus(code) }))(below(256)),
  ],
  [
    4,
    ({ below }) =>
      ((code) => ({ event: { kind: 'exitCode', code }, expected: exitStatus(code) }))(below(256)),
  ],
  [2, () => ({ event: { kind: 'abort' }, expected: signalled('aborted') })],
  [
    6,
    ({ oneOf }) => {
      const [signal, words] = oneOf(Object.entries(SIGNALS));
      return { event: { kind: 'signal', signal }, expected: signalled(words) };
    },
  ],
  [12, ({ oneOf }) => throwing('throws', oneOf(Object.entries(THROWN)))],
  [12, ({ oneOf }) => throwing('rejects', oneOf(Object.entries(THROWN)))],
  [3, ({ oneOf }) => ({ event: { kind: 'throwsLater', thrown: oneOf(PLAIN) }, expected: exitStatus(1) })],
  [3, ({ oneOf }) => ({ event: { kind: 'rejectsLater', thrown: oneOf(PLAIN) }, expected: exitStatus(1) })],
  [1, () => ({ event: { kind: 'hangs' }, expected: TIMED_OUT })],
  [1, () => ({ event: { kind: 'spins' }, expected: TIMED_OUT })],
  [1, () => ({ event: { kind: 'spinsInMicrotasks' }, expected: TIMED_OUT })],
  [3, () => ({ event: { kind: 'neverSettles' }, expected: exitStatus(0) })],
  [2, () => ({ event: { kind: 'allocates' }, expected: signalled('killed'), small: true })],
  [
    12,
    ({ oneOf }) => {
      const [name, expected] = oneOf(Object.entries(RETURNED));
      return { event: { kind: 'result', result: name }, expected };
    },
  ],
  [2, ({ below }) => reply(MAX_RESPONSE - below(3))],
  [3, ({ below }) => reply(MAX_RESPONSE + 1 + below(4_000_000))],
  [
    2,
    () => ({
      event: { kind: 'recurses' },
      expected: failed('RangeError', 'Maximum call stack size exceeded'),
    }),
  ],
  [
    3,
    ({ below }) => ({
      event: { kind: 'leavesTimers', count: below(1_000) },
      expected: result('left'),
      spoils: true,
    }),
  ],
  [3, () => ({ event: { kind: 'throwsAfterReply' }, expected: result('early'), spoils: true })],
  [
    3,
    ({ below }) => ({
      event: { kind: 'exitsAfterReply', code: below(256) },
      expected: result('early'),
      spoils: true,
    }),
  ],
  [
    3,
    ({ oneOf }) => ({ event: { kind: 'closes', descriptor: oneOf([0, 1, 2]) }, expected: ANY, spoils: true }),
  ],
  [1, () => ({ event: { kind: 'closesAll' }, expected: ANY, spoils: true })],
  [
    3,
    ({ oneOf }) => ({
      event: { kind: 'destroys', stream: oneOf(['stdout', 'stderr']) },
      expected: ANY,
      spoils: true,
    }),
  ],
  [3, ({ below }) => ({ event: { kind: 'garbage', descriptor: 1 + below(5) }, expected: ANY, spoils: true })],
  [
    3,
    ({ below }) => ({
      event: { kind: 'spams', lines: 1 + below(5_000), width: 1 + below(200) },
      expected: result('said'),
    }),
  ],
  [
    2,
    ({ below }) => ({
      event: { kind: 'spamsWithoutEnd', kilobytes: 1 + below(4_000) },
      expected: result('said'),
    }),
  ],
  [2, () => ({ event: { kind: 'fakesLines' }, expected: result('faked') })],
  [
    3,
    ({ below }) => ({
      event: { kind: 'spawns', count: 1 + below(4) },
      expected: result('spawned'),
      spoils: true,
    }),
  ],
  [2, () => ({ event: { kind: 'worker' }, expected: exitStatus(1) })],
  [1, () => ({ event: { kind: 'unlinks' }, expected: result('unlinked') })],
  [
    1,
    ({ below }) => ({
      event: { kind: 'fillsTmp', megabytes: 1 + below(40) },
      expected: result('filled'),
      spoils: true,
    }),
  ],
  [8, ({ oneOf }) => ({ event: { kind: 'patches', patch: oneOf(PATCHES) }, expected: ANY, spoils: true })],
];

const throwing = (kind: string, [thrown, expected]: readonly [string, Expected]): Behaviour => ({
  event: { kind, thrown },
  expected,
});

/** Kinds by weight: one that is drawn three times as often is in it three times. */
const WEIGHTED = KINDS.flatMap(([weight, draw]) => Array<typeof draw>(weight).fill(draw));

/**
 * So many behaviours, the same for the same seed. Every kind comes before any comes twice by chance.
 *
 * @param count how many
 */
export const behaviours = (count: number, seed: number): readonly Behaviour[] => {
  const draw = drawFrom(seed);
  return Array.from({ length: count }, (_, n) => (KINDS[n]?.[1] ?? draw.oneOf(WEIGHTED))(draw));
};

/** Why an answer is not what is expected, or undefined when it is. `text` is the payload. */
export const differenceOf = (
  { result: wanted, errors = [] }: Expected,
  functionError: string | undefined,
  text: string,
): string | undefined => {
  const told = `${functionError ?? 'result'} ${text.slice(0, 300)}`;
  if (functionError === undefined) {
    if (wanted === undefined) return `a result where an error is expected: ${told}`;
    return wanted === true || wanted === text ? undefined : `another result: ${told}`;
  }
  const error = JSON.parse(text) as { errorType: string; errorMessage: string };
  const message = String(error.errorMessage).replace(/RequestId: [0-9a-f-]{36} /, 'RequestId: <id> ');
  const matches = ({ type, message: words }: { type: string; message?: string | RegExp }): boolean =>
    type === error.errorType &&
    (words === undefined || (typeof words === 'string' ? words === message : words.test(message)));
  return errors.some(matches) ? undefined : `another error: ${told}`;
};
