import { environment } from '../../kernel/config.ts';

/** Keys that sign requests. A session token belongs to the temporary keys of a role, as on Lambda. */
export type AwsCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** How to reach AWS. `endpoint` stands in for AWS's own host, on a laptop. `credentials` is asked at every call. */
export type AwsAccess = {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly credentials: () => AwsCredentials;
};

/**
 * The credentials in the standard variables, read anew at every call because a platform may renew them.
 *
 * @throws Error naming the variable that is missing
 */
export const environmentCredentials = (): AwsCredentials => {
  const env = environment();
  const required = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set`);
    return value;
  };
  return {
    accessKeyId: required('AWS_ACCESS_KEY_ID'),
    secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
    ...(env['AWS_SESSION_TOKEN'] && { sessionToken: env['AWS_SESSION_TOKEN'] }),
  };
};

/** AWS's own base URL of a service in a region. China has a domain of its own. */
export const awsOrigin = (service: string, region: string): string =>
  `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
