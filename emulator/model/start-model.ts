// One endpoint's model, run the way the options say and sealed where the template asks for isolation.
import type { Clock } from '../clock.ts';
import { AirlockError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Endpoint } from '../template/sagemaker-definitions.ts';
import type { Model } from './model.ts';
import { startProcessModel } from './process-model.ts';
import { connectUrlModel } from './url-model.ts';

/** How models are run, the same for every endpoint. */
export interface ModelOptions {
  /** `process`, `docker`, a URL, `unix:DIR` of a relay, or `pact:FILE`. */
  readonly model: string;
  readonly image: string | null;
  readonly modelDirectory: string | null;
  readonly memoryBytes: number | null;
  readonly cpus: number | null;
  readonly startupTimeoutMs: number | null;
  readonly relayImage: string;
}

export interface StartModelOptions extends ModelOptions {
  /** What of an endpoint, or of a batch transform job's model, decides how its container runs. */
  readonly endpoint: Pick<Endpoint, 'environment' | 'networkIsolation' | 'startupTimeoutSeconds'>;
  /** Provider states that are set at present; a stand-in answers by them. */
  readonly activeStates: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
  /** Gives up starting. */
  readonly signal: AbortSignal;
}

const relayScheme = 'unix:';
const pactScheme = 'pact:';

/** @throws AirlockError where it does not come into service */
export async function startModel(options: StartModelOptions): Promise<Model> {
  const { endpoint, model, startupTimeoutMs: given, log, signal } = options;
  const startupTimeoutMs = given ?? (endpoint.startupTimeoutSeconds === null ? null : endpoint.startupTimeoutSeconds * 1_000);
  const common = { log, signal, ...(startupTimeoutMs !== null && { startupTimeoutMs }) };
  const ofEndpoint = { environment: endpoint.environment, isolated: endpoint.networkIsolation };
  if (model === 'process') return startProcessModel({ ...common, ...ofEndpoint });
  if (model === 'docker') {
    const { image, modelDirectory, memoryBytes, cpus, relayImage } = options;
    if (image === null) throw new AirlockError('BAD_OPTION', '--model docker has no image to run.', 'Name it: --image my-model:1.');
    // Here and not above: Docker's client takes a fifth of a second to load.
    const { startDockerModel } = await import('./docker/docker-model.ts');
    return startDockerModel({ ...common, ...ofEndpoint, image, modelDirectory, memoryBytes, cpus, relayImage });
  }
  if (model.startsWith(relayScheme)) {
    const { connectRelayModel } = await import('./relay-model.ts');
    return connectRelayModel({ ...common, directory: model.slice(relayScheme.length) });
  }
  if (model.startsWith(pactScheme)) {
    const [{ readPactOption }, { createPactModel }] = await Promise.all([
      import('../stand-in/read-pact-option.ts'),
      import('./pact-model.ts'),
    ]);
    const contract = await readPactOption('--model', model);
    return createPactModel({ contract, activeStates: options.activeStates, clock: options.clock, log });
  }
  return connectUrlModel({ ...common, url: model });
}
