// The types that a parameter may have (AWS "CloudFormation-supplied parameter types").
import { nearest } from '../did-you-mean.ts';

const resourceTypes = [
  ...['AvailabilityZone::Name', 'Image::Id', 'Instance::Id', 'KeyPair::KeyName', 'SecurityGroup::GroupName', 'SecurityGroup::Id'],
  ...['Subnet::Id', 'Volume::Id', 'VPC::Id'],
]
  .map((name) => `AWS::EC2::${name}`)
  .concat('AWS::Route53::HostedZone::Id');
const lists = ['String', 'Number', ...resourceTypes].map((type) => `List<${type}>`);
const plain = ['String', 'Number', 'CommaDelimitedList', ...resourceTypes, ...lists];
const ssmValues = ['String', 'CommaDelimitedList', 'List<String>', ...resourceTypes, ...resourceTypes.map((type) => `List<${type}>`)].map(
  (type) => `AWS::SSM::Parameter::Value<${type}>`,
);
const known: ReadonlySet<string> = new Set([...plain, 'AWS::SSM::Parameter::Name', ...ssmValues]);

export function isKnownParameterType(type: string): boolean {
  return known.has(type);
}

/** The value comes from Systems Manager's Parameter Store; Default is its name there. */
export function isSsmValue(type: string): boolean {
  return type.startsWith('AWS::SSM::Parameter::Value<');
}

export function parameterTypeHint(type: string): string {
  const near = nearest(type, known);
  return near === null ? 'e.g. String, Number, CommaDelimitedList, List<Number>, AWS::EC2::VPC::Id' : `Did you mean ${near}?`;
}
