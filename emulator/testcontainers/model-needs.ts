// Reads the templates here, before anything is started: their mistakes are told with the paths of this machine, and the model's container
// gets the environment that they give it.
import { accounts, resolveOptions } from '../config.ts';
import { AirlockError } from '../errors.ts';
import { createKeyMaterial } from '../kms/key-material.ts';
import { packageFile } from '../package-files.ts';
import type { Deployment } from '../template/deployment.ts';
import { loadDeployment } from '../template/load-deployment.ts';

export interface ModelNeeds {
  readonly deployment: Deployment;
  readonly environment: Readonly<Record<string, string>>;
}

/** @throws AirlockError BAD_TEMPLATE, BAD_PARAMETER */
export async function readModelNeeds(given: {
  readonly templates: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}): Promise<ModelNeeds> {
  const { templates, parameters } = given;
  const keyMaterial = createKeyMaterial();
  const files = templates.length > 0 ? templates : ['infra/partner.yaml', 'infra/customer.yaml'].map(packageFile);
  const deployment = await loadDeployment({
    templates: files.map((path) => ({ path })),
    parameters,
    region: resolveOptions({}).region,
    accounts,
    // Some value that fits: the emulator makes its own keys.
    provideParameter: (name, loaded) => (name === 'PartnerJwks' ? JSON.stringify(keyMaterial.jwks(loaded.keys)) : undefined),
  });
  const [first, second] = deployment.endpoints;
  if (second !== undefined) {
    throw new AirlockError(
      'BAD_TEMPLATE',
      `The templates have ${deployment.endpoints.length} SageMaker endpoints; an AirlockContainer runs one model.`,
      "Start them with startAirlock({ model: 'docker' }), which runs a container for each.",
    );
  }
  return { deployment, environment: first?.environment ?? {} };
}
