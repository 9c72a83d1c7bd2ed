// 3. Linux, for the processor of the instance types that the package declares.
import type { Check, Verdict } from '../check.ts';
import { type Evidence, NotDecided } from '../evidence.ts';
import { declaredInstanceTypes } from '../probes/declared-instance-types.ts';
import { imageFacts } from '../probes/image-facts.ts';

export const platformMatchesInstances: Check = {
  id: 'platform-matches-instances',
  group: 'image',
  severity: 'blocks',
  title: 'The image is for Linux and the processor of the declared instance types',
  why: 'On an instance with another processor the container ends with "exec format error", and the endpoint fails with CannotStartContainerError.',
  source: 'aws-samples/aws-lex-conversational-faq#8; SageMaker instance types: a g behind the generation (ml.c7g) is Graviton, arm64',
  fix: 'Build for linux/amd64 (docker build --platform linux/amd64), or declare only Graviton instance types for an arm64 image.',
  async judge(evidence) {
    const { inspect } = await evidence.of(imageFacts);
    return judgePlatform({ os: inspect.Os, architecture: inspect.Architecture }, await declaredOrNull(evidence));
  },
};

async function declaredOrNull(evidence: Evidence): Promise<readonly string[] | null> {
  try {
    return await evidence.of(declaredInstanceTypes);
  } catch (error) {
    if (error instanceof NotDecided) return null;
    throw error;
  }
}

/** `instanceTypes`: as the package declares them; null where no package file is given. */
export function judgePlatform(
  image: { readonly os: string; readonly architecture: string },
  instanceTypes: readonly string[] | null,
): Verdict {
  const platform = `${image.os}/${image.architecture}`;
  if (image.os !== 'linux') return { outcome: 'failed', findings: [`the image is for ${platform}; wanted: linux`] };
  if (instanceTypes === null) {
    if (image.architecture === 'amd64')
      return { outcome: 'passed', note: 'linux/amd64; the package file would say for which instance types' };
    if (image.architecture !== 'arm64') {
      return { outcome: 'failed', findings: [`the image is for ${platform}; wanted: linux/amd64, or linux/arm64 for Graviton`] };
    }
    return { outcome: 'warned', findings: ['the image is for linux/arm64: it runs on Graviton instance types (ml.c7g and such) only'] };
  }
  const wrong = [...new Set(instanceTypes)].filter((type) => architectureOf(type) !== image.architecture);
  if (wrong.length === 0) return { outcome: 'passed', note: `${platform}, as all declared instance types` };
  return { outcome: 'failed', findings: wrong.map((type) => `${type} is ${architectureOf(type)}; the image is for ${platform}`) };
}

/** Of a SageMaker instance type: ml.c7g.large and ml.g5g.xlarge are arm64, ml.g5.xlarge is amd64. */
export function architectureOf(instanceType: string): 'arm64' | 'amd64' {
  const [, attributes = ''] = /^ml\.[a-z]+\d+([a-z]*)[.-]/.exec(instanceType) ?? [];
  return attributes.includes('g') ? 'arm64' : 'amd64';
}
