// One S3 client for each execution role that SageMaker acts with, made when it is first needed.
import type { CredentialStore } from '../iam/credential-store.ts';
import type { RoleSessionPrincipal } from '../iam/principal.ts';
import { createPlatformStorage, type PlatformStorage } from './platform-storage.ts';

export interface PlatformSessions {
  /** `roleArn` is the model's execution role. Rejects with RoleNotAssumedError. */
  storageFor(roleArn: string | null): Promise<PlatformStorage>;
  close(): Promise<void>;
}

export class RoleNotAssumedError extends Error {
  override readonly name = 'RoleNotAssumedError';
}

export interface PlatformSessionsOptions {
  /** Known when the endpoint listens. */
  readonly awsUrl: () => string;
  readonly region: string;
  readonly credentials: CredentialStore;
  /** Null where there is no such role, or it does not trust SageMaker. */
  readonly assume: (roleArn: string) => RoleSessionPrincipal | null;
}

export function createPlatformSessions({ awsUrl, region, credentials, assume }: PlatformSessionsOptions): PlatformSessions {
  const opened = new Map<string, { readonly storage: ReturnType<typeof createPlatformStorage>; readonly accessKeyId: string }>();
  return {
    async storageFor(roleArn) {
      const known = roleArn === null ? undefined : opened.get(roleArn);
      if (known) return known.storage;
      const session = roleArn === null ? null : assume(roleArn);
      // Text: reports of CreateModel [I].
      if (roleArn === null || session === null) {
        throw new RoleNotAssumedError(
          `Could not assume role ${roleArn ?? '(none)'}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
        );
      }
      const issued = credentials.issue(session);
      const storage = createPlatformStorage({ endpointUrl: awsUrl(), region, credentials: issued });
      opened.set(roleArn, { storage, accessKeyId: issued.accessKeyId });
      return storage;
    },
    async close() {
      for (const { storage, accessKeyId } of opened.values()) {
        credentials.revoke(accessKeyId);
        (await storage).close();
      }
      opened.clear();
    },
  };
}
