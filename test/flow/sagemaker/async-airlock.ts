// Airlock in process with an asynchronous endpoint, its log and its application.
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type AirlockOptions, resolveOptions } from '../../../emulator/config.ts';
import { type Airlock, start } from '../../../emulator/start.ts';
import { asyncClient } from './async-client.ts';
import { type AsyncModelServer, startAsyncModelServer } from './async-model-server.ts';
import { asyncTemplate } from './async-template.ts';

export interface AsyncAirlock extends ReturnType<typeof asyncClient> {
  readonly airlock: Airlock;
  readonly model: AsyncModelServer;
  /** Log lines. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
}

export async function startAsyncAirlock(options: AirlockOptions = {}, given?: AsyncModelServer): Promise<AsyncAirlock> {
  const model = given ?? (await startAsyncModelServer());
  const logged: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const resolved = resolveOptions({ model: model.url, template: [asyncTemplate()], ...options });
  const airlock = await start(resolved, { log, beganAtMs: performance.now() });
  onTestFinished(() => airlock.close());
  return { airlock, model, logged, ...asyncClient(airlock) };
}
