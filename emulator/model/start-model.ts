// One endpoint's model, run the way the options say and sealed where the template asks for isolation.
import type { Log } from '../log.ts';
import type { Endpoint } from '../template/deployment.ts';
import type { Model } from './model.ts';
import { startProcessModel } from './process-model.ts';
import { connectUrlModel } from './url-model.ts';

export interface StartModelOptions {
  readonly endpoint: Endpoint;
  /** `process`, or a URL. */
  readonly model: string;
  readonly log: Log;
  /** Gives up starting. */
  readonly signal: AbortSignal;
}

export function startModel({ endpoint, model, log, signal }: StartModelOptions): Promise<Model> {
  const startupTimeout = endpoint.startupTimeoutSeconds === null ? {} : { startupTimeoutMs: endpoint.startupTimeoutSeconds * 1_000 };
  if (model !== 'process') return connectUrlModel({ url: model, log, signal, ...startupTimeout });
  return startProcessModel({ environment: endpoint.environment, isolated: endpoint.networkIsolation, log, signal, ...startupTimeout });
}
