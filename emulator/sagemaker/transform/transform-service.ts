// What the control plane needs of batch transform: the jobs, and a look at whether there is anything to transform.

import { type PlatformSessions, RoleNotAssumedError } from '../platform-sessions.ts';
import { PlatformStorageError, type S3Location } from '../platform-storage.ts';
import type { TransformJobs } from './job-registry.ts';

export interface TransformService {
  readonly jobs: TransformJobs;
  /** Whether an object is there whose key begins so, as far as the role may list. Rejects with what says neither yes nor no. */
  hasInput(roleArn: string | null, location: S3Location, signal: AbortSignal): Promise<boolean>;
}

/** S3's and the sessions' ways to say that there is nothing to be seen. */
const refusals = new Set(['NoSuchBucket', 'AccessDenied', 'PermanentRedirect', 'InvalidBucketName']);

export function createTransformService(jobs: TransformJobs, sessions: Pick<PlatformSessions, 'storageFor'>): TransformService {
  return {
    jobs,
    async hasInput(roleArn, location, signal) {
      try {
        const storage = await sessions.storageFor(roleArn);
        for await (const _ of storage.list(location, signal)) return true;
        return false;
      } catch (error) {
        if (error instanceof RoleNotAssumedError) return false;
        if (error instanceof PlatformStorageError && refusals.has(error.code)) return false;
        throw error;
      }
    },
  };
}
