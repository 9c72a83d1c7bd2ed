// Pieces of templates that several tests use.

export const role = `
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
`;

/** An inline function with more properties, e.g. 'Timeout: 5'. */
export function inlineFunction(more = '', name = 'Fn'): string {
  return `
  ${name}:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: nodejs24.x
      Handler: index.handler
      Code: { ZipFile: 'exports.handler = async () => 1;' }
${more
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
`;
}

/** A template with a role and what is given. */
export function template(resources: string, sections = ''): string {
  return `${sections}\nResources:\n${role}${resources}`;
}
