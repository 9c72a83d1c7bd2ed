// The application's side of large requests in tests: the customer's pipeline puts an input, the application sends and asks.
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Airlock } from '../../../emulator/airlock.ts';
import type { RequestState } from '../../../lambdas/large-request/request-state.ts';
import { type Answer, callRequest, getToken, type RequestOptions } from '../application.ts';

export interface LargeApplication extends Disposable {
  readonly airlock: Airlock;
  readonly bucket: string;
  readonly token: string;
  /** Puts an input and returns its location. */
  put(key: string, body: string, contentType?: string): Promise<string>;
  send(inputLocation: unknown, options?: RequestOptions): Promise<Answer>;
  ask(requestId: string, options?: { readonly token?: string | null }): Promise<Answer>;
  /** Asks until the request has ended. */
  end(requestId: string): Promise<Answer>;
  /** What is in the bucket, by key. */
  list(prefix: string): Promise<string[]>;
  read(key: string): Promise<Buffer>;
  readState(requestId: string): Promise<RequestState>;
  writeState(state: RequestState): Promise<void>;
}

export async function largeApplication(airlock: Airlock): Promise<LargeApplication> {
  const s3 = new S3Client({ endpoint: airlock.awsUrl, region: airlock.region, credentials: airlock.credentials['customer-admin'] });
  const bucket = airlock.resultsBucket ?? '';
  const token = await getToken(airlock);
  const ask: LargeApplication['ask'] = async (requestId, options = {}) => {
    const given = options.token === undefined ? token : options.token;
    const headers: Record<string, string> = given === null ? {} : { authorization: `Bearer ${given}` };
    const response = await fetch(`${airlock.apiUrl}/request/${requestId}`, { headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
  };
  const read = async (key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  return {
    airlock,
    bucket,
    token,
    async put(key, body, contentType) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...(contentType && { ContentType: contentType }) }));
      return `s3://${bucket}/${key}`;
    },
    send: (inputLocation, options = {}) => callRequest(airlock, JSON.stringify({ inputLocation }), { token, ...options }),
    ask,
    async end(requestId) {
      for (const deadlineMs = Date.now() + 60_000; ; ) {
        const answer = await ask(requestId);
        if (answer.status !== 200 || ['SUCCEEDED', 'FAILED'].includes(answer.json.state)) return answer;
        if (Date.now() > deadlineMs) throw new Error(`the request has not ended: ${answer.text}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async list(prefix) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
      return Contents.map(({ Key = '' }) => Key);
    },
    read,
    readState: async (requestId) => JSON.parse((await read(`requests/${requestId}.json`)).toString()),
    async writeState(state) {
      const Key = `requests/${state.requestId}.json`;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: JSON.stringify(state), ContentType: 'application/json' }));
    },
    [Symbol.dispose]: () => s3.destroy(),
  };
}
