/**
 * The Serverless Framework's variables: `${self:a.b, 'fallback'}`, `${env:NAME}`, `${opt:stage}`, `${sls:stage}`,
 * `${param:name}`, `${aws:region}`, also one inside another. `${AWS::Region}` and `${LogicalId}` are CloudFormation's and stay.
 */
import { isRecord } from './template-intrinsics.ts';

/** Where variables read from: the parsed file, the stage, the environment and parameters given from outside. */
export type VariableSources = {
  readonly root: Readonly<Record<string, unknown>>;
  readonly stage: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly params: Readonly<Record<string, string>>;
};

/** The value at `path` of the file with every variable in it replaced, or undefined when the path is absent. */
export const resolveVariables = (sources: VariableSources, path: readonly string[]): unknown =>
  walk(at(sources.root, path), sources, []);

const at = (node: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (Array.isArray(value) ? value[Number(key)] : isRecord(value) ? value[key] : undefined),
    node,
  );

const walk = (node: unknown, sources: VariableSources, seen: readonly string[]): unknown => {
  if (typeof node === 'string') return expand(node, sources, seen);
  if (Array.isArray(node)) return node.map((item) => walk(item, sources, seen));
  if (!isRecord(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value, sources, seen)]));
};

/** A string that is one variable keeps the variable's type; otherwise the values are put into the text. */
const expand = (text: string, sources: VariableSources, seen: readonly string[]): unknown => {
  const start = variableStart(text);
  if (start < 0) return text;
  const end = closing(text, start);
  const value = evaluate(text.slice(start + 2, end), sources, seen, text);
  if (start === 0 && end === text.length - 1) return value;
  const rest = expand(text.slice(end + 1), sources, seen);
  return `${text.slice(0, start)}${String(value)}${String(rest)}`;
};

const variableStart = (text: string): number => text.search(/\$\{(?=[a-zA-Z]+(?:\([^)]*\))?:)(?!AWS::)/);

const closing = (text: string, start: number): number => {
  let depth = 0;
  for (let i = start; i < text.length; i += 1) {
    if (text.startsWith('${', i)) depth += 1;
    else if (text[i] === '}') {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  throw new Error(`The variable in "${text}" has no closing brace`);
};

/** `address, fallback, ...`: the first that has a value. */
const evaluate = (body: string, sources: VariableSources, seen: readonly string[], text: string): unknown => {
  if (seen.includes(body)) throw new Error(`The variable \${${body}} refers to itself`);
  for (const candidate of splitTopLevel(body)) {
    const value = one(candidate, sources, [...seen, body]);
    if (value !== undefined && value !== null) return value;
  }
  throw new Error(`The variable in "${text}" has no value and no fallback`);
};

const splitTopLevel = (body: string): string[] => {
  const parts = [''];
  let depth = 0;
  let quote = '';
  for (const char of body) {
    if (quote) quote = char === quote ? '' : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === '{') depth += 1;
    else if (char === '}') depth -= 1;
    if (char === ',' && depth === 0 && !quote) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim());
};

const one = (candidate: string, sources: VariableSources, seen: readonly string[]): unknown => {
  const quoted = /^(['"])(.*)\1$/s.exec(candidate);
  if (quoted) return quoted[2];
  if (/^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(candidate)) return JSON.parse(candidate);
  const inner = String(expand(candidate, sources, seen));
  const match = /^([a-zA-Z]+):(.*)$/s.exec(inner);
  if (!match) return candidate.startsWith('${') ? inner : unknownVariable(candidate);
  const [, type, address = ''] = match;
  if (type === 'self') return walk(at(sources.root, address.split('.')), sources, seen);
  if (type === 'env') return sources.env[address];
  if (type === 'opt' || type === 'sls') return address === 'stage' ? sources.stage : undefined;
  if (type === 'param') return parameter(address, sources, seen);
  if (type === 'aws' && address === 'region')
    return walk(at(sources.root, ['provider', 'region']), sources, seen);
  if (type === 'aws' && address === 'accountId') return '000000000000';
  return unknownVariable(candidate);
};

const parameter = (name: string, sources: VariableSources, seen: readonly string[]): unknown => {
  const given = sources.params[name];
  if (given !== undefined) return given;
  const own =
    at(sources.root, ['params', sources.stage, name]) ?? at(sources.root, ['params', 'default', name]);
  return walk(own, sources, seen);
};

const unknownVariable = (candidate: string): never => {
  throw new Error(`The variable \${${candidate}} is of a kind that has no local value`);
};
