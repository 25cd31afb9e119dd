import { environment } from '../../shared/kernel/config.ts';
import { prepareArtifacts } from './artifacts.ts';
import { prepareOffline } from './offline.ts';
import { tightenPolicies } from './policies.ts';
import type { CliOptions, Serverless } from './serverless-types.ts';

/**
 * The project's Serverless plugin. It bundles every function before `package` and `offline`, narrows the policies that the
 * framework adds, and, for `offline`, gives the functions their local environment, starts the local cloud and corrects
 * serverless-offline (patch-serverless-offline.ts says in what).
 */
export class DuetPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor(serverless: Serverless, options: CliOptions) {
    const offline = () => prepareOffline(serverless, options, environment());
    this.hooks = {
      'before:offline:start': offline,
      'before:offline:start:init': offline,
      'before:package:createDeploymentArtifacts': () => prepareArtifacts(serverless),
      'before:package:finalize': async () => tightenPolicies(serverless),
    };
  }
}

// osls loads plugins with require, and this is the name by which require finds a module's value
export { DuetPlugin as 'module.exports' };
