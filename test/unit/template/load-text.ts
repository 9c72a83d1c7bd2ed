// Loads template texts as the tests write them: no files, fixed accounts and region.
import { AirlockError } from '../../../emulator/errors.ts';
import type { Deployment } from '../../../emulator/template/deployment.ts';
import { type LoadOptions, loadDeployment } from '../../../emulator/template/load-deployment.ts';

export const accounts = { partner: '111111111111', customer: '222222222222' };

/** One template `template.yaml`, or several by name. */
export function load(texts: string | Readonly<Record<string, string>>, options: Partial<LoadOptions> = {}): Promise<Deployment> {
  const byName = typeof texts === 'string' ? { 'template.yaml': texts } : texts;
  const templates = Object.entries(byName).map(([path, text]) => ({ path, text }));
  return loadDeployment({ templates, parameters: {}, region: 'us-east-1', accounts, ...options });
}

/** The outputs of a template that has one bucket beside what is given. */
export async function outputsOf(
  sections: string,
  outputs: string,
  options: Partial<LoadOptions> = {},
): Promise<Readonly<Record<string, string>>> {
  const hasResources = /^Resources:/m.test(sections);
  const resources = hasResources ? '' : 'Resources:\n  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: my-bucket } }\n';
  const deployment = await load(`${sections}\n${resources}Outputs:\n${outputs}`, options);
  return deployment.stacks.at(-1)?.outputs ?? {};
}

/** The AirlockError that loading ends in. Fails when it loads, or ends in anything else. */
export async function errorOf(texts: string | Readonly<Record<string, string>>, options: Partial<LoadOptions> = {}): Promise<AirlockError> {
  try {
    await load(texts, options);
  } catch (error) {
    if (error instanceof AirlockError) return error;
    throw error;
  }
  throw new Error('the template loads, but must not');
}
