// model-container as SageMaker calls it: the built-in model or an image, sealed, or a container that somebody else runs.
import { ContractError } from '../../../contracts/contract-error.ts';
import { probeProvider, sendOverHttp } from '../../../contracts/verification/send-http.ts';
import { systemClock } from '../../clock.ts';
import { accounts, resolveCommandLine, resolveOptions } from '../../config.ts';
import { createKeyMaterial } from '../../kms/key-material.ts';
import { createLog } from '../../log.ts';
import { type Model, ModelFailure } from '../../model/model.ts';
import { startModel } from '../../model/start-model.ts';
import { packageFile } from '../../package-files.ts';
import { loadDeployment } from '../../template/load-deployment.ts';
import type { Endpoint } from '../../template/sagemaker-definitions.ts';
import type { VerificationTarget } from './verification-target.ts';

export interface ModelContainerOptions {
  readonly image: string | null;
  readonly url: string | null;
  /** For one answer. */
  readonly timeoutMs: number;
  /** For an image to be ready; without it, or null: as the template says. */
  readonly startupTimeoutMs?: number | null;
  readonly signal: AbortSignal;
  /** For whoever runs this: a line on what takes long. */
  readonly say?: (line: string) => void;
}

/** @throws ContractError PROVIDER_UNREACHABLE; AirlockError where the model does not come into service */
export async function openModelContainer({
  image,
  url,
  timeoutMs,
  startupTimeoutMs = null,
  signal,
  say,
}: ModelContainerOptions): Promise<VerificationTarget> {
  if (url !== null) {
    await probeProvider(url, signal);
    return { ...noStates, send: sendOverHttp(url), async [Symbol.asyncDispose]() {} };
  }
  if (image !== null) say?.(`starting ${image} …`);
  // What of the environment counts here: the relay's image, which need not be on a machine by its usual name.
  const { relayImage } = resolveCommandLine({}, { AIRLOCK_RELAY_IMAGE: process.env.AIRLOCK_RELAY_IMAGE });
  const model = await startModel({
    endpoint: await shippedEndpoint(),
    model: image === null ? 'process' : 'docker',
    image,
    modelDirectory: null,
    memoryBytes: null,
    cpus: null,
    startupTimeoutMs,
    relayImage,
    activeStates: new Set(),
    clock: systemClock,
    // Of a container that starts slowly the log says so.
    log: createLog(image === null ? 'silent' : 'warn'),
    signal,
  });
  return { ...noStates, send: sendToModel(model, timeoutMs), [Symbol.asyncDispose]: () => model.close() };
}

/** Environment, isolation and start-up time as the customer's template gives them. */
async function shippedEndpoint(): Promise<Endpoint> {
  const keyMaterial = createKeyMaterial();
  const { endpoints } = await loadDeployment({
    templates: ['infra/partner.yaml', 'infra/customer.yaml'].map((file) => ({ path: packageFile(file) })),
    parameters: {},
    region: resolveOptions({}).region,
    accounts,
    provideParameter: (name, loaded) => (name === 'PartnerJwks' ? JSON.stringify(keyMaterial.jwks(loaded.keys)) : undefined),
  });
  const [endpoint] = endpoints;
  if (endpoint === undefined) throw new Error('infra/customer.yaml has no endpoint.');
  return endpoint;
}

function sendToModel(model: Model, timeoutMs: number): VerificationTarget['send'] {
  return async ({ method, path, headers, body, signal }) => {
    if (method !== 'GET' && method !== 'POST')
      throw new ContractError('VERIFICATION_FAILED', `A model is never called with ${method}.`, 'SageMaker uses GET and POST.');
    const hasBody = method === 'POST';
    try {
      // Later than the verification's own limit, which says it in its own words.
      return await model.request({ method, path, headers, ...(hasBody && { body }), timeoutMs: timeoutMs + 1_000, signal });
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      const code =
        error.reason === 'notReady' ? 'PROVIDER_UNREACHABLE' : error.reason === 'timedOut' ? 'PROVIDER_TOO_SLOW' : 'VERIFICATION_FAILED';
      throw new ContractError(code, `The model gave no answer: ${error.message}`, "The container's own output says why.", { cause: error });
    }
  };
}

/** SageMaker's contract with a container has none: every request stands for itself. */
const noStates: Pick<VerificationTarget, 'setState' | 'knownStates'> = {
  knownStates: async () => [],
  async setState({ state }) {
    throw new ContractError('UNKNOWN_STATE', `The state "${state}" cannot be set: a model container has no states.`, 'Correct the pact.');
  },
};
