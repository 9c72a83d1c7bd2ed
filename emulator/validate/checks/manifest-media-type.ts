// 1. A Docker schema 2 manifest, neither OCI's nor an index.
import type { Check } from '../check.ts';
import { heldManifest, pushLine } from '../probes/held-manifest.ts';

const wanted = 'application/vnd.docker.distribution.manifest.v2+json';

export const manifestMediaType: Check = {
  id: 'manifest-media-type',
  group: 'image',
  severity: 'blocks',
  title: "The image's manifest is a Docker schema 2 manifest",
  why: 'CreateModel refuses OCI manifests and indexes with "Unsupported manifest media type", and BuildKit writes them where it is not told otherwise.',
  source: 'mlflow/mlflow#13834, moby/buildkit#5480, aws/amazon-sagemaker-feedback#180',
  fix: `Build and push it with: ${pushLine}`,
  async judge(evidence) {
    const { where, mediaType } = await evidence.of(heldManifest);
    if (mediaType === wanted) return { outcome: 'passed', note: `${where}: ${wanted}` };
    return { outcome: 'failed', findings: [`the manifest ${where} is ${mediaType || 'of no type'}; wanted: ${wanted}`] };
  },
};
