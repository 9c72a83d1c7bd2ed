// One endpoint's model, run the way the options say and sealed where the template asks for isolation.
import type { Log } from '../log.ts';
import type { Endpoint } from '../template/deployment.ts';
import type { Model } from './model.ts';
import { startProcessModel } from './process-model.ts';
import { connectUrlModel } from './url-model.ts';

/** How models are run, the same for every endpoint. */
export interface ModelOptions {
  /** `process`, `docker`, a URL, or `unix:DIR` of a relay. */
  readonly model: string;
  readonly image: string | null;
  readonly modelDirectory: string | null;
  readonly memoryBytes: number | null;
  readonly cpus: number | null;
  readonly startupTimeoutMs: number | null;
  readonly relayImage: string;
}

export interface StartModelOptions extends ModelOptions {
  readonly endpoint: Endpoint;
  readonly log: Log;
  /** Gives up starting. */
  readonly signal: AbortSignal;
}

export function startModel({ endpoint, model, startupTimeoutMs: given, log, signal }: StartModelOptions): Promise<Model> {
  const startupTimeoutMs = given ?? (endpoint.startupTimeoutSeconds === null ? null : endpoint.startupTimeoutSeconds * 1_000);
  const startupTimeout = startupTimeoutMs === null ? {} : { startupTimeoutMs };
  if (model !== 'process') return connectUrlModel({ url: model, log, signal, ...startupTimeout });
  return startProcessModel({ environment: endpoint.environment, isolated: endpoint.networkIsolation, log, signal, ...startupTimeout });
}
