// A batch transform job as data: what CreateTransformJob or `airlock transform` asks for, with nothing left to be read.
import type { Readable } from 'node:stream';
import type { NewObject, S3Location } from '../platform-storage.ts';

export interface TransformDefinition {
  readonly input: {
    /** `manifest`: the object lists the keys; `prefix`: every key that begins so. */
    readonly kind: 'prefix' | 'manifest';
    readonly location: S3Location;
    /** Sent as Content-Type; the container gets none where it is null. */
    readonly contentType: string | null;
    readonly compression: 'None' | 'Gzip';
    readonly splitType: 'None' | 'Line' | 'RecordIO' | 'TFRecord';
  };
  readonly output: {
    /** Its key is a prefix. */
    readonly location: S3Location;
    readonly accept: string | null;
    readonly assembleWith: 'None' | 'Line';
    readonly kmsKeyId: string | null;
  };
  /** Null: what the container says, else the default. Precedence: job, container, default (MultiRecord, 6 MB, 1). */
  readonly batchStrategy: 'MultiRecord' | 'SingleRecord' | null;
  /** 0: a body of any size, in chunks. */
  readonly maxPayloadInMB: number | null;
  readonly maxConcurrentTransforms: number | null;
  /** Of one invocation. */
  readonly invocationTimeoutSeconds: number;
  /** After the first try. */
  readonly invocationRetriesMax: number;
  /** Of the container, besides the model's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Where inputs are and outputs go: S3, or a directory for `airlock transform`. Rejects with PlatformStorageError, or the file system's own error. */
export interface TransformStorage {
  list(prefix: S3Location, signal: AbortSignal): AsyncIterable<{ readonly key: string; readonly bytes: number }>;
  open(location: S3Location, signal: AbortSignal): Promise<{ readonly bytes: number; readonly body: Readable }>;
  put(location: S3Location, object: NewObject, signal: AbortSignal): Promise<void>;
  /** Takes away what an earlier run put there, if anything. Where it is absent (AWS's way) that stays until it is replaced. */
  remove?(location: S3Location): Promise<void>;
  /** What a message calls an input; absent: s3://BUCKET/KEY. */
  nameOf?(location: S3Location): string;
}

/** For a progress bar; numbers never go down. */
export interface TransformProgress {
  /** Null until the inputs are listed. */
  readonly files: { readonly done: number; readonly failed: number; readonly all: number } | null;
  /** Of the input as it lies there (compressed where it is). */
  readonly bytes: { readonly done: number; readonly all: number };
  /** Records sent and answered; with splitType None one a file. */
  readonly records: number;
  readonly requests: number;
}

export interface TransformOutcome {
  readonly kind: 'completed' | 'failed' | 'stopped';
  /** Why it failed, in AWS's words where they are known: an input without output, a container that did not come into service. Null otherwise. */
  readonly failureReason: string | null;
  readonly progress: TransformProgress;
  /** Inputs that have no output, with what the job's log says of each; at most 100. */
  readonly failedInputs: readonly { readonly key: string; readonly reason: string }[];
}
