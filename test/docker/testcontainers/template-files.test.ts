import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accounts } from '../../../emulator/config.ts';
import { loadDeployment } from '../../../emulator/template/load-deployment.ts';
import { templateFiles } from '../../../emulator/testcontainers/template-files.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('the files that go along with templates', () => {
  const load = (path: string) => loadDeployment({ templates: [{ path }], parameters: {}, region: 'us-east-1', accounts });
  const templateOf = (code: string, metadata = '') => `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
  Function:
    Type: AWS::Lambda::Function
    ${metadata}
    Properties: { Runtime: nodejs24.x, Handler: handler.handler, Role: !GetAtt Role.Arn, Code: ${code} }
`;
  const bundled = 'Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [handler.ts] } }';

  it('are the code, what it imports, and what decides how it is read', async () => {
    using directory = temporaryDirectory({
      'package.json': '{"type":"module"}',
      'stack/template.yaml': templateOf('../src', bundled),
      'src/handler.ts':
        "import { colour } from 'colours';\nimport { size } from './size.ts';\nexport const handler = () => colour + size;\n",
      'src/size.ts': 'export const size: number = 1;\n',
      'src/not-imported.ts': '',
      'node_modules/colours/package.json': '{"name":"colours","main":"lib/main.js"}',
      'node_modules/colours/lib/main.js': "exports.colour = 'blue';\n",
    });
    const path = join(directory.path, 'stack/template.yaml');
    const { copies, paths } = await templateFiles([path], await load(path));
    expect(copies.map(({ source }) => relative(directory.path, source)).sort()).toEqual([
      'node_modules/colours/lib/main.js',
      'node_modules/colours/package.json',
      'package.json',
      'src/handler.ts',
      'src/size.ts',
      'stack/template.yaml',
    ]);
    expect(paths).toEqual(['/srv/templates/stack/template.yaml']);
    expect(copies.find(({ source }) => source.endsWith('size.ts'))).toMatchObject({
      target: '/srv/templates/src/size.ts',
      mode: 0o644,
    });
  });

  it('refuse a package behind a symbolic link, by name', async () => {
    using directory = temporaryDirectory({
      'template.yaml': templateOf('.', bundled),
      'handler.ts': "export { colour as handler } from 'colours';\n",
      'node_modules/.store/colours/node_modules/colours/index.js': "exports.colour = 'blue';\n",
    });
    symlinkSync('.store/colours/node_modules/colours', join(directory.path, 'node_modules/colours'));
    const path = join(directory.path, 'template.yaml');
    await expect(templateFiles([path], await load(path))).rejects.toMatchObject({
      code: 'BAD_FUNCTION_CODE',
      message: expect.stringMatching(/Function \S+ imports .*colours\/index\.js by way of a symbolic link/),
    });
  });

  it('refuse a link in a directory of code', async () => {
    using directory = temporaryDirectory({
      'template.yaml': templateOf('./code'),
      'code/handler.mjs': 'export const handler = () => 1;\n',
    });
    symlinkSync('/etc/hostname', join(directory.path, 'code/link'));
    const path = join(directory.path, 'template.yaml');
    await expect(templateFiles([path], await load(path))).rejects.toThrow('code/link is a symbolic link');
  });
});
