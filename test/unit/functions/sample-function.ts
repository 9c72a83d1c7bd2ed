// A function definition as the template part would give it, for tests.
import type { FunctionDefinition, FunctionPermission, SourceLocation } from '../../../emulator/template/deployment.ts';

export const location: SourceLocation = { file: '/stack/template.yaml', line: 7, column: 5, path: 'Resources.Sample' };
const accountId = '111111111111';

export function sampleFunction(changes: Partial<FunctionDefinition> = {}): FunctionDefinition {
  const functionName = changes.functionName ?? 'sample';
  return {
    logicalId: 'Sample',
    type: 'AWS::Lambda::Function',
    stackName: 'stack',
    accountId,
    location,
    functionName,
    arn: `arn:aws:lambda:us-east-1:${changes.accountId ?? accountId}:function:${functionName}`,
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    code: inline('export const handler = async (event) => event;'),
    roleArn: `arn:aws:iam::${accountId}:role/sample`,
    timeoutSeconds: 3,
    memorySizeMb: 128,
    environment: {},
    reservedConcurrency: null,
    allowsRecursiveLoop: false,
    versions: [],
    aliases: [],
    ...changes,
  };
}

export function inline(source: string): FunctionDefinition['code'] {
  return { kind: 'inline', source, location };
}

export function samplePermission(changes: Partial<FunctionPermission> = {}): FunctionPermission {
  return {
    logicalId: 'Permission',
    type: 'AWS::Lambda::Permission',
    stackName: 'stack',
    accountId,
    location,
    functionArn: sampleFunction().arn,
    action: 'lambda:InvokeFunction',
    principal: '222222222222',
    sourceArn: null,
    sourceAccount: null,
    ...changes,
  };
}
