// The OpenAPI body of the customer's template as plain data, read as the emulator reads it. Functions of CloudFormation stay as they are.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { mapAt } from '../../emulator/template/node-access.ts';
import { createProblems } from '../../emulator/template/problems.ts';
import { readYaml } from '../../emulator/template/read-yaml.ts';
import { readTemplate } from '../../emulator/template/template.ts';
import { plainOf } from '../../emulator/template/template-node.ts';

const file = fileURLToPath(new URL('../../infra/customer.yaml', import.meta.url));

export async function readShippedOpenApi(): Promise<unknown> {
  const problems = createProblems();
  const root = readYaml(file, await readFile(file, 'utf8'), problems);
  const template = root === null ? null : readTemplate(file, root, problems);
  problems.throwIfAny();
  const body = mapAt(template?.resources.get('Api')?.properties, 'Body');
  if (body === null) throw new Error(`${file}: Api has no Body`);
  return plainOf(body);
}
