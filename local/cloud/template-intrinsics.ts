/** CloudFormation's functions, evaluated to local values. */

/** A plain object with unknown values. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What references are resolved against. `resources`, `conditions` and `functions` are the file's own sections. */
export type TemplateContext = {
  readonly file: string;
  readonly service: string;
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
  readonly httpApiUrl: string;
  readonly sqsUrl: string;
  readonly resources: Readonly<Record<string, unknown>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly functions: Readonly<Record<string, unknown>>;
};

/** Evaluates a node of the template; `where` names its place in the file for error messages. */
export type Resolve = (node: unknown, where: string) => unknown;

/** Stands for the HTTP API's id, so that an execute-api address can be recognised after substitution. */
const HTTP_API_ID = 'local-http-api';
const NO_VALUE = Symbol('AWS::NoValue');

/** The name a function has on AWS and in serverless-offline's Invoke API: its `name:`, else `service-stage-key`. */
export const functionName = (context: TemplateContext, key: string): string => {
  const definition = context.functions[key];
  const name = isRecord(definition) ? definition['name'] : undefined;
  return typeof name === 'string' ? name : `${context.service}-${context.stage}-${key}`;
};

/** ARN of a function by its name. */
export const functionArn = (context: TemplateContext, name: string): string =>
  `arn:aws:lambda:${context.region}:${context.accountId}:function:${name}`;

/** The logical id that the Serverless Framework gives to a function's resource. */
const functionLogicalId = (key: string): string => {
  const clean = key.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
  return `${clean.charAt(0).toUpperCase()}${clean.slice(1)}LambdaFunction`;
};

/** Makes the evaluator of one template. */
export const makeResolver = (context: TemplateContext): Resolve => {
  const pseudo: Record<string, unknown> = {
    'AWS::Region': context.region,
    'AWS::AccountId': context.accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': `${context.service}-${context.stage}`,
    'AWS::StackId': `arn:aws:cloudformation:${context.region}:${context.accountId}:stack/${context.service}-${context.stage}/local`,
    'AWS::NoValue': NO_VALUE,
  };

  const fail = (where: string, what: string): never => {
    throw new Error(`${context.file}: ${where} ${what}`);
  };

  /** Name, ARN and attributes of a resource; `attribute` undefined means Ref. */
  const refer = (id: string, attribute: string | undefined, where: string): unknown => {
    if (attribute === undefined && id in pseudo) return pseudo[id];
    if (id === 'HttpApi') return attribute === 'ApiEndpoint' ? context.httpApiUrl : HTTP_API_ID;
    const key = Object.keys(context.functions).find((name) => functionLogicalId(name) === id);
    if (key !== undefined) {
      const name = functionName(context, key);
      return attribute === undefined ? name : functionArn(context, name);
    }
    const resource = context.resources[id];
    if (!isRecord(resource)) return fail(where, `refers to ${id}, which the template does not define`);
    const { region, accountId } = context;
    const name = physicalName(context, id, resolve);
    switch (resource['Type']) {
      case 'AWS::DynamoDB::Table':
        return attribute === undefined ? name : `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
      case 'AWS::SQS::Queue':
        if (attribute === undefined || attribute === 'QueueUrl')
          return `${context.sqsUrl}/${accountId}/${name}`;
        return attribute === 'QueueName' ? name : `arn:aws:sqs:${region}:${accountId}:${name}`;
      case 'AWS::S3::Bucket':
        return attribute === undefined ? name : `arn:aws:s3:::${name}`;
      default:
        return attribute === undefined ? name : `arn:aws:local:${region}:${accountId}:${id}/${attribute}`;
    }
  };

  const substitute = (argument: unknown, where: string): string => {
    const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
    const local = isRecord(names) ? names : {};
    const filled = String(text).replaceAll(
      /\$\{(!?)([^}]+)\}/g,
      (_all, literal: string, reference: string) => {
        if (literal) return `\${${reference}}`;
        if (reference in local) return String(resolve(local[reference], where));
        const dot = reference.indexOf('.');
        const [id, attribute] =
          dot < 0 ? [reference, undefined] : [reference.slice(0, dot), reference.slice(dot + 1)];
        return String(refer(id, attribute, where));
      },
    );
    return filled.replaceAll(/https:\/\/local-http-api\.execute-api\.[a-z0-9.-]+/g, context.httpApiUrl);
  };

  const condition = (node: unknown, where: string): boolean => {
    if (typeof node === 'string')
      return condition(context.conditions[node] ?? fail(where, `names no condition ${node}`), where);
    if (!isRecord(node)) return fail(where, 'holds a condition that cannot be read');
    const [operator, operand] = Object.entries(node)[0] ?? [];
    const list = Array.isArray(operand) ? operand : [operand];
    if (operator === 'Condition') return condition(operand, where);
    if (operator === 'Fn::Equals') return String(resolve(list[0], where)) === String(resolve(list[1], where));
    if (operator === 'Fn::Not') return !condition(list[0], where);
    if (operator === 'Fn::And') return list.every((item) => condition(item, where));
    if (operator === 'Fn::Or') return list.some((item) => condition(item, where));
    return fail(where, `holds the unknown condition ${operator}`);
  };

  const call = (name: string, argument: unknown, where: string): unknown => {
    if (name === 'Ref') return refer(String(argument), undefined, where);
    if (name === 'Fn::GetAtt') {
      const [id, ...attribute] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
      return refer(String(id), attribute.join('.'), where);
    }
    if (name === 'Fn::Sub') return substitute(argument, where);
    const list = Array.isArray(argument) ? argument : [];
    if (name === 'Fn::Join') {
      const joined = (resolve(list[1], where) as unknown[]).join(String(list[0]));
      return substitute(joined.replaceAll('${', '${!'), where);
    }
    if (name === 'Fn::Select') return (resolve(list[1], where) as unknown[])[Number(resolve(list[0], where))];
    if (name === 'Fn::Split') return String(resolve(list[1], where)).split(String(list[0]));
    if (name === 'Fn::If') return resolve(condition(list[0], where) ? list[1] : list[2], where);
    return fail(where, `uses ${name}, which has no local value`);
  };

  const resolve: Resolve = (node, where) => {
    if (Array.isArray(node)) {
      return node.map((item, i) => resolve(item, `${where}[${i}]`)).filter((item) => item !== NO_VALUE);
    }
    if (!isRecord(node)) return node;
    const entries = Object.entries(node);
    const [only] = entries;
    if (only && entries.length === 1 && (only[0] === 'Ref' || only[0].startsWith('Fn::')))
      return call(only[0], only[1], where);
    const resolved = entries.map(([key, value]) => [key, resolve(value, `${where}.${key}`)] as const);
    return Object.fromEntries(resolved.filter(([, value]) => value !== NO_VALUE));
  };
  return resolve;
};

const NAME_PROPERTY: Record<string, string> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::S3::Bucket': 'BucketName',
};

/** The name a resource is given in its properties, else one made from stack and logical id as CloudFormation does. */
export const physicalName = (context: TemplateContext, id: string, resolve: Resolve): string => {
  const resource = context.resources[id];
  const properties = isRecord(resource) && isRecord(resource['Properties']) ? resource['Properties'] : {};
  const property = isRecord(resource) ? NAME_PROPERTY[String(resource['Type'])] : undefined;
  const given = property ? properties[property] : undefined;
  if (given !== undefined) return String(resolve(given, `resources.Resources.${id}.Properties.${property}`));
  const name = `${context.service}-${context.stage}-${id}`;
  return property === 'BucketName' ? name.toLowerCase() : name;
};
