/** The part of osls that the plugin touches. osls has no types for plugins of its own that cover it. */
export interface Serverless {
  readonly serviceDir: string;
  readonly configurationFilename?: string;
  readonly service: {
    readonly functions: Record<string, FunctionDefinition>;
    readonly custom?: Record<string, unknown>;
    readonly provider: {
      readonly stage: string;
      readonly region: string;
      readonly architecture?: string;
      environment?: unknown;
      readonly compiledCloudFormationTemplate?: CloudFormation;
    };
  };
  readonly configSchemaHandler: {
    defineCustomProperties(schema: unknown): void;
  };
}

/** A function of serverless.yml, as osls and serverless-offline read it. */
export interface FunctionDefinition {
  handler: string;
  readonly name: string;
  environment?: unknown;
  package?: { artifact?: string };
}

/** A CloudFormation template. */
export interface CloudFormation {
  readonly Resources: Record<string, CloudFormationResource>;
  readonly Outputs?: Record<string, unknown>;
}

/** One resource of it. */
export interface CloudFormationResource {
  readonly Type: string;
  DependsOn?: string | string[];
  // biome-ignore lint/suspicious/noExplicitAny: every resource type has properties of its own
  readonly Properties?: any;
}

/** Options of the command line: `--httpPort`, `--lambdaPort`, `--stage` and the like. */
export type CliOptions = Readonly<Record<string, string | boolean | undefined>>;
