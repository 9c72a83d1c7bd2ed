// 2. One platform, and no entries of attestations beside it.
import type { Check } from '../check.ts';
import { heldManifest, pushLine } from '../probes/held-manifest.ts';

const lists = /(image\.index|manifest\.list)/;

export const singlePlatform: Check = {
  id: 'single-platform',
  group: 'image',
  severity: 'blocks',
  title: 'The image has one platform and no attestations beside it',
  why: 'SageMaker takes one manifest for one platform: an index, also one that holds an attestation beside the image, is refused by CreateModel.',
  source: 'mlflow/mlflow#13834, aws/amazon-sagemaker-feedback#180',
  fix: `Name one platform and switch attestations off: ${pushLine}`,
  async judge(evidence) {
    const { where, mediaType, platforms } = await evidence.of(heldManifest);
    const isList = lists.test(mediaType);
    const several = (platforms?.length ?? 1) > 1 || platforms?.includes('unknown/unknown') === true;
    if (!isList && !several) return { outcome: 'passed', ...(platforms && { note: platforms.join(', ') }) };
    const what = platforms === null ? '' : `: ${platforms.join(', ')}`;
    const attestation = platforms?.includes('unknown/unknown') ? ' (unknown/unknown is an attestation)' : '';
    return { outcome: 'failed', findings: [`${where} it is an index${what}${attestation}; wanted: one manifest for one platform`] };
  },
};
