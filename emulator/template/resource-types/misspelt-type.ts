// Tells a misspelt type of an emulated service from a type that AWS has and that is not emulated.
import { editDistance, nearest } from '../../did-you-mean.ts';

/** The other types of the emulated services (AWS "resource and property types reference"): near to an emulated one, but no mistake. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  ApiGateway: [
    ...['Account', 'ApiKey', 'BasePathMapping', 'BasePathMappingV2', 'ClientCertificate', 'DocumentationPart', 'DocumentationVersion'],
    ...['DomainName', 'DomainNameAccessAssociation', 'DomainNameV2', 'UsagePlan', 'UsagePlanKey', 'VpcLink'],
    // Refused by name.
    ...['Authorizer', 'GatewayResponse', 'Method', 'Model', 'RequestValidator', 'Resource'],
  ],
  IAM: [
    ...['AccessKey', 'Group', 'GroupPolicy', 'InstanceProfile', 'OIDCProvider', 'SAMLProvider', 'ServerCertificate', 'ServiceLinkedRole'],
    ...['User', 'UserPolicy', 'UserToGroupAddition', 'VirtualMFADevice'],
  ],
  KMS: ['ReplicaKey'],
  Lambda: [
    ...[
      'CapacityProvider',
      'CodeSigningConfig',
      'EventInvokeConfig',
      'EventSourceMapping',
      'LayerVersion',
      'LayerVersionPermission',
      'Url',
    ],
  ],
  S3: [
    ...['AccessGrant', 'AccessGrantsInstance', 'AccessGrantsLocation', 'AccessPoint', 'MultiRegionAccessPoint'],
    ...['MultiRegionAccessPointPolicy', 'StorageLens', 'StorageLensGroup'],
  ],
  SageMaker: [
    ...[
      'App',
      'AppImageConfig',
      'Cluster',
      'CodeRepository',
      'DataQualityJobDefinition',
      'Device',
      'DeviceFleet',
      'Domain',
      'FeatureGroup',
    ],
    ...[
      'Image',
      'ImageVersion',
      'InferenceComponent',
      'InferenceExperiment',
      'MlflowTrackingServer',
      'ModelBiasJobDefinition',
      'ModelCard',
    ],
    ...['ModelExplainabilityJobDefinition', 'ModelPackage', 'ModelPackageGroup', 'ModelQualityJobDefinition', 'MonitoringSchedule'],
    ...['NotebookInstance', 'NotebookInstanceLifecycleConfig', 'PartnerApp', 'Pipeline', 'ProcessingJob', 'Project', 'Space'],
    ...['StudioLifecycleConfig', 'UserProfile', 'Workteam'],
  ],
};

/** The emulated type that is meant; null for a type that may well be another. */
export function misspelt(type: string, emulated: readonly string[]): string | null {
  const [vendor = '', service = '', name = '', ...rest] = type.split('::');
  if (vendor.toLowerCase() !== 'aws' || rest.length > 0) return null;
  if (otherNames[service]?.includes(name) === true) return null;
  const services = [...new Set(emulated.map((known) => known.split('::')[1] ?? ''))];
  const meant = services.find((known) => known.toLowerCase() === service.toLowerCase()) ?? services.find((known) => isNear(service, known));
  if (meant === undefined) return null;
  const names = emulated.flatMap((known) => (known.startsWith(`AWS::${meant}::`) ? [known.slice(`AWS::${meant}::`.length)] : []));
  // e.g. EndpointConfiguration, Func
  const cutOrLonger = names.find((known) => name.length > 3 && (known.startsWith(name) || (known.length > 6 && name.startsWith(known))));
  const near = nearest(name, names) ?? cutOrLonger;
  return near === undefined ? null : `AWS::${meant}::${near}`;
}

/** One edit, as in KSM; two in longer names. ApiGatewayV2 and S3Tables are services of their own. */
function isNear(service: string, known: string): boolean {
  if (service.toLowerCase().startsWith(known.toLowerCase())) return false;
  return known.length >= 3 && editDistance(service.toLowerCase(), known.toLowerCase()) <= (known.length >= 6 ? 2 : 1);
}
