import type { OperationObject, ParameterObject } from './openapi-types.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const header = (name: string, value: string): string => `-H ${quote(`${name}: ${value}`)}`;

const exampleOf = (parameter: ParameterObject): string => String(parameter.example ?? '');

/**
 * A curl command that makes the request of an operation's example. `$DUET` stands for the server and `$TOKEN` for an
 * access token.
 */
export const curlOf = (method: string, path: string, operation: OperationObject): string => {
  const filled = operation.parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((text, parameter) => text.replace(`{${parameter.name}}`, exampleOf(parameter)), path);
  const query = operation.parameters.some((parameter) => parameter.name === 'limit') ? '?limit=10' : '';
  const body = operation.requestBody?.content['application/json']?.example;
  const isPhoto = Object.values(operation.responses).some(
    (reply) => 'content' in reply && reply.content?.['image/webp'],
  );
  const lines = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} "$DUET${filled}${query}"`,
    ...(operation.security.length > 0 ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...operation.parameters
      .filter((parameter) => parameter.in === 'header')
      .map((parameter) => header(parameter.name, exampleOf(parameter))),
    ...(body === undefined
      ? []
      : [header('Content-Type', 'application/json'), `-d ${quote(JSON.stringify(body))}`]),
    ...(isPhoto ? ['-o photo.webp'] : []),
  ];
  return lines.join(' \\\n  ');
};
