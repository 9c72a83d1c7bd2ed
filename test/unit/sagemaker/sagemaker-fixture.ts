// An endpoint with a model that answers what a test tells it to, and remembers what it was asked.
import { pino } from 'pino';
import { type AwsFault, isFault } from '../../../emulator/aws/fault.ts';
import type { AwsAnswer } from '../../../emulator/aws/service.ts';
import type { Model, ModelAnswer, ModelRequest } from '../../../emulator/model/model.ts';
import { asResponse } from '../../../emulator/model/whole-body.ts';
import { createSageMakerService } from '../../../emulator/sagemaker/sagemaker-service.ts';
import type { Endpoint, EndpointConfig, ModelDefinition } from '../../../emulator/template/sagemaker-definitions.ts';
import { type CallOptions, customerAccount, type HandMadeCall, makeCall, userOf } from '../kms/aws-call.ts';

export const endpoint: Endpoint = {
  logicalId: 'Endpoint',
  type: 'AWS::SageMaker::Endpoint',
  stackName: 'customer',
  location: { file: 'customer.yaml', line: 1, column: 1, path: 'Resources.Endpoint' },
  accountId: customerAccount,
  endpointName: 'Identity-Resolver',
  arn: `arn:aws:sagemaker:us-east-1:${customerAccount}:endpoint/identity-resolver`,
  configName: 'identity-config',
  variantName: 'AllTraffic',
  modelName: 'identity',
  image: null,
  modelPackageArn: null,
  networkIsolation: true,
  environment: {},
  startupTimeoutSeconds: null,
  executionRoleArn: `arn:aws:iam::${customerAccount}:role/model`,
  asyncInference: null,
};

const { stackName, location, accountId } = endpoint;
export const endpointConfig: EndpointConfig = {
  ...{ logicalId: 'Config', type: 'AWS::SageMaker::EndpointConfig', stackName, location, accountId },
  configName: 'identity-config',
  arn: `arn:aws:sagemaker:us-east-1:${customerAccount}:endpoint-config/identity-config`,
  variantName: 'AllTraffic',
  modelName: 'identity',
  instanceType: 'ml.m5.large',
  initialInstanceCount: 2,
  initialVariantWeight: 1,
  startupTimeoutSeconds: null,
  asyncInference: null,
};
export const modelDefinition: ModelDefinition = {
  ...{ logicalId: 'Model', type: 'AWS::SageMaker::Model', stackName, location, accountId },
  modelName: 'identity',
  arn: `arn:aws:sagemaker:us-east-1:${customerAccount}:model/identity`,
  executionRoleArn: `arn:aws:iam::${customerAccount}:role/model`,
  image: null,
  modelPackageArn: null,
  modelDataUrl: null,
  networkIsolation: true,
  environment: {},
};

export interface FixtureOptions {
  readonly state?: Model['state'];
  readonly reply?: (request: ModelRequest) => ModelAnswer | Promise<ModelAnswer>;
  readonly isRunning?: boolean;
}

export interface Reply extends HandMadeCall {
  readonly answer: AwsAnswer | null;
  readonly fault: AwsFault | null;
}

export function okAnswer(headers: Readonly<Record<string, string>> = {}, body: string | Buffer = '{}', status = 200): ModelAnswer {
  return { status, headers, body: Buffer.from(body) };
}

export function createFixture(options: FixtureOptions = {}) {
  const requests: ModelRequest[] = [];
  const logLines: string[] = [];
  const request = async (asked: ModelRequest) => {
    requests.push(asked);
    return (options.reply ?? (() => okAnswer()))(asked);
  };
  const model: Model = {
    sealed: false,
    description: 'a model of this test',
    state: options.state ?? 'inService',
    request,
    open: async (asked) => asResponse(await request(asked)),
    close: async () => {},
  };
  const service = createSageMakerService({
    ...{ endpoints: [endpoint], endpointConfigs: [endpointConfig], models: [modelDefinition] },
    modelFor: () => (options.isRunning === false ? undefined : model),
    region: 'us-east-1',
    log: pino({ level: 'trace', base: null, timestamp: false }, { write: (line: string) => logLines.push(line) }),
  });
  return {
    requests,
    logLines,
    async send(call: CallOptions = {}): Promise<Reply> {
      const made = makeCall({ rawPath: `/endpoints/${endpoint.endpointName}/invocations`, principal: userOf(customerAccount), ...call });
      const result = await service.handle(made.call);
      return isFault(result) ? { ...made, answer: null, fault: result } : { ...made, answer: result, fault: null };
    },
  };
}
