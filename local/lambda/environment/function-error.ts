import type { FunctionError } from '../types.ts';

/** An error as our bootstrap reports it. What is none was written to the channel by somebody else. */
export const readFunctionError = (json: Buffer): FunctionError => {
  try {
    const { errorType, errorMessage, trace } = JSON.parse(json.toString());
    return {
      errorType: String(errorType),
      errorMessage: String(errorMessage),
      ...(Array.isArray(trace) ? { trace: trace.map(String) } : {}),
    };
  } catch {
    return { errorType: 'Runtime.Unknown', errorMessage: 'The function sent an error that cannot be read' };
  }
};
