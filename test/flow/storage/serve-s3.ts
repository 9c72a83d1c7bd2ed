// An S3 service behind the real AWS endpoint, with credentials for callers of any account and any policy.
import { S3Client, type S3ClientConfig, type S3ServiceException } from '@aws-sdk/client-s3';
import { startAwsEndpoint } from '../../../emulator/aws/endpoint.ts';
import type { AwsService } from '../../../emulator/aws/service.ts';
import { systemClock } from '../../../emulator/clock.ts';
import { createCredentialStore } from '../../../emulator/iam/credential-store.ts';
import type { PolicyStatement } from '../../../emulator/iam/policy-document.ts';
import type { Credentials, UserPrincipal } from '../../../emulator/iam/principal.ts';
import { createLog } from '../../../emulator/log.ts';
import { createTracer } from '../../../emulator/trace/tracer.ts';

export const account = '222222222222';
export const otherAccount = '333333333333';
export const allowAll: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };

export interface ServeOptions {
  readonly region: string;
  /** A key of a caller who may do everything, beside those that are issued. */
  readonly fixedKey?: Credentials;
}

export async function serveS3(service: AwsService, { region, fixedKey }: ServeOptions) {
  const issued = createCredentialStore();
  const credentials = {
    ...issued,
    find: (accessKeyId: string) =>
      fixedKey && accessKeyId === fixedKey.accessKeyId
        ? { principal: userOf(account, [allowAll]), credentials: fixedKey }
        : issued.find(accessKeyId),
  };
  const endpoint = await startAwsEndpoint({
    services: [service],
    credentials,
    region,
    port: 0,
    clock: systemClock,
    log: createLog('silent'),
    tracer: createTracer(systemClock),
  });
  const clients: S3Client[] = [];
  return {
    url: endpoint.url,
    /** A real client of a user with these statements; `config` for what a test varies. */
    client(statements: readonly PolicyStatement[] = [allowAll], accountId = account, config: S3ClientConfig = {}): S3Client {
      const caller = issued.issue(userOf(accountId, statements));
      const client = new S3Client({ endpoint: endpoint.url, region, credentials: caller, maxAttempts: 1, ...config });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.destroy();
      await endpoint.close();
    },
  };
}

/** The error of a call with its status beside it; null where the call succeeded. */
export function failed(call: Promise<unknown>): Promise<(S3ServiceException & { readonly status: number | undefined }) | null> {
  return call.then(
    () => null,
    (error: S3ServiceException) => Object.assign(error, { status: error.$metadata?.httpStatusCode }),
  );
}

function userOf(accountId: string, statements: readonly PolicyStatement[]): UserPrincipal {
  return {
    kind: 'user',
    accountId,
    userName: 'app',
    arn: `arn:aws:iam::${accountId}:user/app`,
    userId: 'AIDAAPP',
    policies: [{ name: 'inline', document: { Version: '2012-10-17', Statement: statements } }],
    permissionsBoundary: null,
  };
}
