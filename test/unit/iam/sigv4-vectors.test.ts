// AWS's published SigV4 test suite (awslabs/aws-c-auth, 38 cases), each signed in the header and in the query.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalRequest, headerLines, splitTarget } from '../../../emulator/iam/canonical-request.ts';
import type { CredentialStore } from '../../../emulator/iam/credential-store.ts';
import { scopeText, sha256Hex, signingKey, signText } from '../../../emulator/iam/signing-key.ts';
import { verifySignature } from '../../../emulator/iam/verify-signature.ts';
import { required } from '../../required.ts';
import { userNamed } from './principals.ts';

interface Vector {
  readonly 'context.json': {
    readonly credentials: { readonly access_key_id: string; readonly secret_access_key: string; readonly token?: string };
    readonly normalize: boolean;
    readonly omit_session_token?: boolean;
    readonly region: string;
    readonly service: string;
    readonly timestamp: string;
  };
  readonly 'header-canonical-request.txt': string;
  readonly 'header-signature.txt': string;
  readonly 'header-signed-request.txt': string;
  readonly 'header-string-to-sign.txt': string;
  readonly 'query-canonical-request.txt': string;
  readonly 'query-signature.txt': string;
  readonly 'query-signed-request.txt': string;
}

const file = new URL('../../../../shared/data/sigv4-vectors.json', import.meta.url);
const isThere = required('sigv4-vectors', existsSync(file), `the SigV4 test suite is not at ${file.pathname}`);
const cases: Record<string, Vector> = isThere ? JSON.parse(readFileSync(file, 'utf8')).cases : {};

describe.skipIf(!isThere)('AWS SigV4 test suite', () => {
  it('has its 38 cases', () => expect(Object.keys(cases)).toHaveLength(38));

  describe.each(Object.entries(cases))('%s', (_name, vector) => {
    const context = vector['context.json'];

    it.each(['header', 'query'] as const)('has the canonical request and signature of the suite, signed in the %s', (via) => {
      const { method, rawUrl, rawHeaders, body } = parseRequest(vector[`${via}-signed-request.txt`]);
      const expected = vector[`${via}-canonical-request.txt`];
      const signedHeaders = expected.split('\n').at(-2)?.split(';') ?? [];
      const omitsToken = via === 'query' && context.omit_session_token === true;
      const canonical = canonicalRequest({
        method,
        ...splitTarget(omitsToken ? rawUrl.replace(/&X-Amz-Security-Token=[^&]*/, '') : rawUrl),
        headers: headerLines(rawHeaders),
        signedHeaders,
        payloadHash: sha256Hex(body),
        pathRule: context.normalize ? 'normalised' : 'asSent',
        ...(via === 'query' && { signatureParameter: 'X-Amz-Signature' }),
      });
      expect(canonical).toBe(expected);
      const timestamp = context.timestamp.replaceAll(/[-:]/g, '');
      const scope = { date: timestamp.slice(0, 8), region: context.region, service: context.service };
      const key = signingKey({ accessKeyId: '', secretAccessKey: context.credentials.secret_access_key }, scope);
      const stringToSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scopeText(scope)}\n${sha256Hex(canonical)}`;
      if (via === 'header') expect(stringToSign).toBe(vector['header-string-to-sign.txt']);
      expect(signText(key, stringToSign)).toBe(vector[`${via}-signature.txt`]);
    });

    // Not normalised paths are for S3 alone; a token that is added after signing is for IoT alone.
    if (!context.normalize || context.omit_session_token) return;
    it.each(['header', 'query'] as const)('is verified as a whole, signed in the %s', async (via) => {
      const { body, ...request } = parseRequest(vector[`${via}-signed-request.txt`]);
      const options = {
        bodySha256: sha256Hex(body),
        service: context.service,
        region: context.region,
        nowMs: Date.parse(context.timestamp) + 1_000,
        maxSkewMs: 300_000,
        credentials: storeOf(context.credentials),
      };
      expect(await verifySignature({ ...request, ...options })).toMatchObject({ ok: true, via });
      expect(await verifySignature({ ...request, ...options, method: 'PUT' })).toMatchObject({
        ok: false,
        problem: { kind: 'mismatch' },
      });
    });
  });
});

function storeOf(credentials: Vector['context.json']['credentials']): Pick<CredentialStore, 'find'> {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, token } = credentials;
  const issued = {
    principal: userNamed('vector'),
    credentials: { accessKeyId, secretAccessKey, ...(token !== undefined && { sessionToken: token }) },
  };
  return { find: (id) => (id === accessKeyId ? issued : undefined) };
}

/** The suite's request files: lower-level than HTTP, with folded header lines and raw UTF-8 as bytes. */
function parseRequest(text: string): { method: string; rawUrl: string; rawHeaders: string[]; body: Buffer } {
  const [head = '', body = ''] = text.split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const [, method = '', rawUrl = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? [];
  const rawHeaders: string[] = [];
  for (const line of lines) {
    if (/^\s/.test(line)) {
      rawHeaders.push(`${rawHeaders.pop()}\n${line}`);
    } else {
      const colon = line.indexOf(':');
      rawHeaders.push(line.slice(0, colon), line.slice(colon + 1));
    }
  }
  return { method, rawUrl, rawHeaders, body: Buffer.from(body) };
}
