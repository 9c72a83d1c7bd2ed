// Airlock with a template of recorded functions, and the application that sends them events.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type AirlockOptions, resolveOptions } from '../../../emulator/config.ts';
import { type Airlock, start } from '../../../emulator/start.ts';

export interface EventAirlock extends AsyncDisposable {
  readonly airlock: Airlock;
  readonly client: LambdaClient;
  /** Log lines. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  /** Sends an event to `work`; its request id. */
  send(event?: unknown): Promise<string>;
}

export async function startEventAirlock(options: AirlockOptions): Promise<EventAirlock> {
  const logged: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const airlock = await start(resolveOptions({ eventRetryWait: '0.05', ...options }), { log, beganAtMs: performance.now() });
  onTestFinished(() => airlock.close());
  const credentials = airlock.credentials['customer-admin'];
  const client = new LambdaClient({ endpoint: airlock.awsUrl, region: airlock.region, credentials, maxAttempts: 1 });
  return {
    ...{ airlock, client, logged },
    async send(event = { n: 1 }) {
      const command = new InvokeCommand({ FunctionName: 'work', InvocationType: 'Event', Payload: JSON.stringify(event) });
      const { StatusCode, $metadata } = await client.send(command);
      if (StatusCode !== 202) throw new Error(`The answer was ${StatusCode}.`);
      return $metadata.requestId ?? '';
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await airlock.close();
    },
  };
}
