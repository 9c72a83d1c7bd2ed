// Resource types that are accepted and not emulated: what Ref and Fn::GetAtt give, so that the rest of the template resolves.
import { editDistance } from '../../did-you-mean.ts';
import type { ResourceIdentity } from '../evaluation.ts';
import { textAt } from '../node-access.ts';
import { generatedName, hexId, iamId, uuidOf } from '../physical-ids.ts';
import { regionalArn, type StackContext, seedOf } from '../stack-context.ts';
import type { MapNode } from '../template-node.ts';
import { emulatedTypes } from './emulated-types.ts';
import { misspelt } from './misspelt-type.ts';

/** Registry types of AWS, their modules, and custom resources. */
const awsPattern = /^(AWS::[A-Za-z0-9]+::[A-Za-z0-9]+(::[A-Za-z0-9]+)?|Custom::[A-Za-z0-9_@-]{1,60})$/;

const intoBody = (what: string) => `Put it into the Body of the AWS::ApiGateway::RestApi: ${what}.`;
/** They change what is emulated, so to accept and skip them would run another API. */
const refused: ReadonlyMap<string, string> = new Map([
  [
    'AWS::CloudFormation::Stack',
    'Give the nested template by its own --template, before this one; outputs become parameters of the same name.',
  ],
  ['AWS::ApiGateway::Authorizer', intoBody('a security scheme with x-amazon-apigateway-authorizer')],
  ['AWS::ApiGateway::GatewayResponse', intoBody('x-amazon-apigateway-gateway-responses')],
  ['AWS::ApiGateway::Method', intoBody('an operation of a path')],
  ['AWS::ApiGateway::Model', intoBody('a schema under components.schemas')],
  ['AWS::ApiGateway::RequestValidator', intoBody('x-amazon-apigateway-request-validators')],
  ['AWS::ApiGateway::Resource', intoBody('a path')],
]);

/** Why a type cannot be accepted, with a hint; null for one that is. */
export function refusalOf(type: string): { readonly message: string; readonly hint: string } | null {
  const refusal = refused.get(type);
  if (refusal !== undefined) return { message: `the resource type ${type} is not emulated`, hint: refusal };
  const near = misspelt(type, [...emulatedTypes.keys()]);
  if (near !== null) return { message: `unknown resource type ${type}`, hint: `Did you mean ${near}?` };
  if (type.startsWith('AWS::Serverless::')) {
    return { message: `the resource type ${type} is SAM's`, hint: 'Write plain CloudFormation, e.g. AWS::Lambda::Function.' };
  }
  if (awsPattern.test(type) || isThirdParty(type)) return null;
  return {
    message: `unknown resource type ${type}`,
    hint: 'Types begin with AWS::, Custom:: or the name of whoever published them in the registry.',
  };
}

/** Alexa::ASK::Skill, MyOrg::Thing::Made::MODULE; a name close to AWS is a typing mistake. */
function isThirdParty(type: string): boolean {
  const publisher = /^([A-Za-z0-9]{2,64})::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(::MODULE)?$/.exec(type)?.[1];
  return publisher !== undefined && editDistance(publisher.toLowerCase(), 'aws') > 1;
}

/** Type -> the property that names the resource, what ARNs call it, and whether Ref is that ARN. */
const naming: ReadonlyMap<string, { readonly property: string; readonly arn: string; readonly refIsArn?: boolean }> = new Map([
  ['AWS::Logs::LogGroup', { property: 'LogGroupName', arn: 'logs:log-group:NAME:*' }],
  ['AWS::ECR::Repository', { property: 'RepositoryName', arn: 'ecr:repository/NAME' }],
  ['AWS::SNS::Topic', { property: 'TopicName', arn: 'sns:NAME', refIsArn: true }],
  ['AWS::SQS::Queue', { property: 'QueueName', arn: 'sqs:NAME' }],
  ['AWS::DynamoDB::Table', { property: 'TableName', arn: 'dynamodb:table/NAME' }],
  ['AWS::Events::Rule', { property: 'Name', arn: 'events:rule/NAME' }],
  ['AWS::SecretsManager::Secret', { property: 'Name', arn: 'secretsmanager:secret:NAME', refIsArn: true }],
  ['AWS::SSM::Parameter', { property: 'Name', arn: 'ssm:parameter/NAME' }],
  ['AWS::CloudWatch::Alarm', { property: 'AlarmName', arn: 'cloudwatch:alarm:NAME' }],
  ['AWS::StepFunctions::StateMachine', { property: 'StateMachineName', arn: 'states:stateMachine:NAME', refIsArn: true }],
  ['AWS::Lambda::LayerVersion', { property: 'LayerName', arn: 'lambda:layer:NAME:1', refIsArn: true }],
  ['AWS::SageMaker::ModelPackage', { property: 'ModelPackageName', arn: 'sagemaker:model-package/NAME', refIsArn: true }],
  ['AWS::SageMaker::ModelPackageGroup', { property: 'ModelPackageGroupName', arn: 'sagemaker:model-package-group/NAME', refIsArn: true }],
]);

/** EC2's ids, by type. */
const idPrefixes: ReadonlyMap<string, string> = new Map([
  ['AWS::EC2::VPC', 'vpc'],
  ['AWS::EC2::Subnet', 'subnet'],
  ['AWS::EC2::SecurityGroup', 'sg'],
  ['AWS::EC2::RouteTable', 'rtb'],
  ['AWS::EC2::VPCEndpoint', 'vpce'],
  ['AWS::EC2::NetworkAcl', 'acl'],
  ['AWS::EC2::InternetGateway', 'igw'],
  ['AWS::EC2::NatGateway', 'nat'],
]);

export function invent(type: string, logicalId: string, properties: MapNode, stack: StackContext): ResourceIdentity {
  const seed = seedOf(stack, logicalId);
  const known = naming.get(type);
  const prefix = idPrefixes.get(type);
  const generated = type === 'AWS::ECR::Repository' ? generatedName(seed, 128).toLowerCase() : generatedName(seed, 128);
  const name = (known === undefined ? null : textAt(properties, known.property)) ?? generated;
  const service = type.split('::')[1]?.toLowerCase() ?? 'custom';
  const [arnService = service, ...arnRest] = (known?.arn ?? `${service}:NAME`).split(':');
  const arn = regionalArn(stack, arnService, arnRest.join(':').replace('NAME', name.replace(/^\/(?=.*parameter)/, '')));
  const queueUrl = `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.accountId}/${name}`;
  const id = prefix === undefined ? null : `${prefix}-${hexId(seed)}`;
  const ref = id ?? (type === 'AWS::SQS::Queue' ? queueUrl : known?.refIsArn === true ? arn : name);
  return { ref, attributeNames: [], attribute };

  /** Custom resources may have any attribute, so any name gets a text. */
  function attribute(wanted: string): string {
    if (/Arn$/.test(wanted)) return arn;
    if (wanted === 'RepositoryUri') return `${stack.accountId}.dkr.ecr.${stack.region}.${stack.urlSuffix}/${name}`;
    if (wanted === 'QueueUrl') return queueUrl;
    if (/Name$/.test(wanted)) return name;
    if (/^(GroupId|VpcId|SubnetId|RouteTableId|Id)$/.test(wanted))
      return wanted === 'VpcId' && prefix !== 'vpc' ? `vpc-${hexId(seed, 'vpc')}` : ref;
    if (/^(UserId|UniqueId)$/.test(wanted)) return iamId('AIDA', seed);
    return `${wanted}-${uuidOf(seed, wanted)}`;
  }
}
