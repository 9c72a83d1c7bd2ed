// What templates and parameters say, resolved: plain readonly data. The emulator boots from this and from nothing else.
import type { NamedPolicy, PolicyDocument } from '../iam/policy-document.ts';
import type { RestApi } from './api-definition.ts';
import type { Endpoint, EndpointConfig, ModelDefinition } from './sagemaker-definitions.ts';

export type { NamedPolicy };

/** A place in a template, for messages: file, 1-based line and column, and the path of keys. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
}

export interface Deployment {
  readonly region: string;
  readonly stacks: readonly Stack[];
  readonly functions: readonly FunctionDefinition[];
  readonly functionPermissions: readonly FunctionPermission[];
  readonly eventInvokeConfigs: readonly EventInvokeConfig[];
  readonly roles: readonly Role[];
  readonly keys: readonly Key[];
  readonly buckets: readonly Bucket[];
  readonly restApis: readonly RestApi[];
  readonly endpoints: readonly Endpoint[];
  readonly endpointConfigs: readonly EndpointConfig[];
  readonly models: readonly ModelDefinition[];
  /** Resource types that are accepted and not emulated, each to be listed once. */
  readonly notEmulated: readonly Resource[];
  /** Properties of emulated resources that are accepted and change nothing here. */
  readonly notEmulatedProperties: readonly NotEmulatedProperty[];
}

export interface NotEmulatedProperty {
  readonly logicalId: string;
  readonly type: string;
  readonly property: string;
  /** What is different here, one short sentence. */
  readonly effect: string;
  readonly location: SourceLocation;
}

/** One template with its parameters, as CloudFormation would deploy it. */
export interface Stack {
  readonly name: string;
  readonly accountId: string;
  readonly file: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** What every resource has. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly stackName: string;
  readonly accountId: string;
  readonly location: SourceLocation;
}

export interface FunctionDefinition extends Resource {
  readonly functionName: string;
  /** Unqualified: arn:aws:lambda:R:A:function:NAME */
  readonly arn: string;
  /** e.g. nodejs24.x */
  readonly runtime: string;
  /** e.g. handler.handler: file, first dot, exported name. */
  readonly handler: string;
  readonly code: FunctionCode;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency: number | null;
  /** RecursiveLoop Allow: functions may invoke each other without end. */
  readonly allowsRecursiveLoop: boolean;
  /** Published versions: "1", "2", … in the order of the template. */
  readonly versions: readonly string[];
  readonly aliases: readonly FunctionAlias[];
}

export interface FunctionAlias {
  readonly name: string;
  /** "$LATEST" or a published version. */
  readonly functionVersion: string;
}

export type FunctionCode =
  | { readonly kind: 'inline'; readonly source: string; readonly location: SourceLocation }
  /** A directory (or file, or zip) on disk, absolute; `esbuild` as SAM's Metadata BuildMethod: esbuild names it. */
  | { readonly kind: 'local'; readonly path: string; readonly esbuild: EsbuildOptions | null; readonly location: SourceLocation };

/** SAM's BuildProperties, those that are understood. */
export interface EsbuildOptions {
  /** Relative to the code's path. */
  readonly entryPoints: readonly string[];
  readonly format: 'esm' | 'cjs';
  readonly target: string;
  readonly minify: boolean;
  readonly sourcemap: boolean;
  readonly external: readonly string[];
  readonly mainFields: readonly string[];
  readonly outExtension: Readonly<Record<string, string>>;
  readonly banner: Readonly<Record<string, string>>;
  /** Left to esbuild where they are absent. */
  readonly define?: Readonly<Record<string, string>>;
  /** By extension, e.g. '.png': 'file'. */
  readonly loader?: Readonly<Record<string, string>>;
  readonly keepNames?: boolean;
  readonly sourcesContent?: boolean;
}

/** AWS::Lambda::Permission: one statement of a function's (or alias's) resource policy. */
export interface FunctionPermission extends Resource {
  /** Function ARN, with `:alias` or `:version` where the permission is for that only. */
  readonly functionArn: string;
  readonly action: string;
  /** 12 digits, an ARN, a service (`apigateway.amazonaws.com`) or `*`. */
  readonly principal: string;
  readonly sourceArn: string | null;
  readonly sourceAccount: string | null;
}

/** AWS::Lambda::EventInvokeConfig: what becomes of asynchronous invocations of a function, a version or an alias. */
export interface EventInvokeConfig extends Resource {
  /** Unqualified. */
  readonly functionArn: string;
  /** "$LATEST", a version or an alias. */
  readonly qualifier: string;
  readonly maximumRetryAttempts: number | null;
  readonly maximumEventAgeSeconds: number | null;
  /** ARN of a function, with its qualifier if any. Null also for a destination that is not emulated. */
  readonly onSuccess: string | null;
  /** ARN of a function or of a bucket. */
  readonly onFailure: string | null;
  /** Where the template says which. */
  readonly places: {
    readonly functionName: SourceLocation;
    readonly qualifier: SourceLocation;
    readonly onSuccess: SourceLocation | null;
    readonly onFailure: SourceLocation | null;
  };
}

export interface Role extends Resource {
  readonly roleName: string;
  readonly arn: string;
  readonly trustPolicy: PolicyDocument;
  readonly policies: readonly NamedPolicy[];
  readonly permissionsBoundary: PolicyDocument | null;
}

export interface Key extends Resource {
  readonly keyId: string;
  readonly arn: string;
  /** e.g. ECC_NIST_P256, SYMMETRIC_DEFAULT */
  readonly keySpec: string;
  /** SIGN_VERIFY or ENCRYPT_DECRYPT */
  readonly keyUsage: string;
  readonly enabled: boolean;
  readonly policy: PolicyDocument;
  /** e.g. alias/signing */
  readonly aliases: readonly string[];
}

export interface Bucket extends Resource {
  readonly bucketName: string;
  readonly arn: string;
  readonly policy: PolicyDocument | null;
  /** Key ARN for aws:kms, null for AES256. */
  readonly encryptionKeyArn: string | null;
  /** S3 Bucket Keys: KMS is asked for the bucket's key, with the bucket as its context. */
  readonly bucketKeyEnabled: boolean;
  readonly versioning: boolean;
  /** Objects that exist from the start, from the resource's Metadata.Airlock.LocalObjects. */
  readonly localObjects: readonly LocalObject[];
}

export interface LocalObject {
  readonly key: string;
  readonly contentType: string;
  readonly body: string;
}
