// The application's side in tests: gets a token, sends records. Real HTTP, real signatures.
import type { Airlock } from '../../emulator/airlock.ts';
import { postSigned } from '../../emulator/commands/signed-request.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the body is whatever the test expects of it
  readonly json: any;
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

export async function callInit(
  airlock: Airlock,
  body: unknown = { productCode: 'airlock-identity' },
  principal: keyof Airlock['credentials'] = 'customer-app',
): Promise<Answer> {
  return readAnswer(
    await postSigned(`${airlock.apiUrl}/init`, body, { credentials: airlock.credentials[principal], region: airlock.region }),
  );
}

export async function getToken(airlock: Airlock): Promise<string> {
  const { status, json, text } = await callInit(airlock);
  if (status !== 200) throw new Error(`POST /init answered ${status} ${text}`);
  return json.token;
}

export interface RequestOptions {
  readonly token?: string | null;
  readonly contentType?: string | null;
  readonly headers?: Record<string, string>;
}

export async function callRequest(airlock: Airlock, body: string | Uint8Array, options: RequestOptions = {}): Promise<Answer> {
  const { token = await getToken(airlock), contentType = 'application/json', headers = {} } = options;
  return readAnswer(
    await fetch(`${airlock.apiUrl}/request`, {
      method: 'POST',
      headers: {
        ...(contentType !== null && { 'content-type': contentType }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    }),
  );
}

export const oneRecord = JSON.stringify({ records: [{ id: 'c-0001', email: 'Lena.Sample0001+news@gmail.com' }] });

/** How often a span of this name was seen, e.g. aws.sagemaker. */
export function countSpans(airlock: Airlock, name: string, matches: (fields: Record<string, unknown>) => boolean = () => true): number {
  return airlock.traces().flatMap((trace) => trace.spans.filter((span) => span.name === name && matches({ ...span.fields }))).length;
}
