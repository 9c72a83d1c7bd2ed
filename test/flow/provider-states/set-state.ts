// Sets provider states as Pact's verifiers do, and calls the partner's function as an init function would.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { ProviderStateName } from '../../../contracts/provider-states.ts';
import type { Airlock } from '../../../emulator/airlock.ts';

export interface StateAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the body is whatever the test expects of it
  readonly json: any;
}

export async function postState(airlock: Airlock, body: unknown, headers: Record<string, string> = {}): Promise<StateAnswer> {
  const response = await fetch(`${airlock.controlUrl}/provider-states`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

/** The values. Throws where it could not be set. */
export async function setUp(airlock: Airlock, state: ProviderStateName, params: object = {}): Promise<Record<string, string>> {
  const { status, json } = await postState(airlock, { state, params, action: 'setup' });
  if (status !== 200) throw new Error(`"${state}" was answered ${status} ${JSON.stringify(json)}`);
  return json;
}

export async function tearDown(airlock: Airlock, state: ProviderStateName): Promise<void> {
  const { status, json } = await postState(airlock, { state, params: {}, action: 'teardown' });
  if (status !== 200) throw new Error(`The teardown of "${state}" was answered ${status} ${JSON.stringify(json)}`);
}

/** `degraded` where a model is not in service. */
export async function healthOf({ controlUrl }: Airlock): Promise<string> {
  const { status } = (await (await fetch(`${controlUrl}/health`)).json()) as { status: string };
  return status;
}

export interface Invoked {
  readonly functionError: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: the payload is whatever the test expects of it
  readonly payload: any;
}

/** As `principal`; `functionArn` percent-encoded, as the state gave it. Rejects with the SDK's error. */
export async function invokePartner(airlock: Airlock, functionArn: string, principal: keyof Airlock['credentials']): Promise<Invoked> {
  const client = new LambdaClient({
    endpoint: airlock.awsUrl,
    region: airlock.region,
    credentials: airlock.credentials[principal],
    maxAttempts: 1,
  });
  try {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: decodeURIComponent(functionArn), Payload: JSON.stringify({ productCode: 'airlock-identity' }) }),
    );
    return { functionError: FunctionError, payload: JSON.parse(Buffer.from(Payload ?? []).toString()) };
  } finally {
    client.destroy();
  }
}
