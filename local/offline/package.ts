import type { Serverless } from './serverless-types.ts';
export const prepareArtifacts = async (_serverless: Serverless): Promise<void> => undefined;
export const tightenPolicies = (_serverless: Serverless): void => undefined;
