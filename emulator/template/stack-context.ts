// What a template's stack is called and where it stands: the source of the pseudo parameters and of every ARN.
import type { IdSeed } from './physical-ids.ts';
import { uuidOf } from './physical-ids.ts';

export interface StackContext {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  /** aws, aws-cn or aws-us-gov */
  readonly partition: string;
  readonly urlSuffix: string;
  readonly stackId: string;
  /** The template's file, absolute. */
  readonly file: string;
}

export function createStackContext(names: { name: string; accountId: string; region: string; file: string }): StackContext {
  const partition = partitionOf(names.region);
  const uuid = uuidOf({ ...names, stackName: names.name, logicalId: '' });
  return {
    ...names,
    partition,
    urlSuffix: partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    stackId: `arn:${partition}:cloudformation:${names.region}:${names.accountId}:stack/${names.name}/${uuid}`,
  };
}

export function seedOf(stack: StackContext, logicalId: string): IdSeed {
  return { accountId: stack.accountId, region: stack.region, stackName: stack.name, logicalId };
}

/** `arn:PARTITION:SERVICE:REGION:ACCOUNT:REST` */
export function regionalArn(stack: StackContext, service: string, rest: string): string {
  return `arn:${stack.partition}:${service}:${stack.region}:${stack.accountId}:${rest}`;
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
