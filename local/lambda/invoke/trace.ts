import type { IncomingMessage } from 'node:http';

/** The caller's trace, or a new one; ids in hexadecimal as X-Ray has them. */
export const traceOf = ({ headers }: IncomingMessage, requestId: string): string => {
  const given = headers['x-amzn-trace-id'];
  return typeof given === 'string' && given !== '' ? given : newTraceId(requestId);
};

/** A trace of its own for an invocation; not sampled. */
export const newTraceId = (requestId: string): string => {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const [a, b, c, d, e = ''] = requestId.split('-');
  return `Root=1-${seconds}-${a}${b}${c}${d}${e.slice(0, 4)};Parent=${d}${e};Sampled=0`;
};
