// 47. How large it is, and its largest layer: what ECR takes, and what every start has to pull.
import type { Check } from '../check.ts';
import { imageFacts } from '../probes/image-facts.ts';

/** ECR's largest layer. It counts packed bytes; Docker here knows the unpacked ones. */
const layerBytesMax = 52_000 * 1024 * 1024;
const largeBytes = 10_000_000_000;
/** Ours, for the estimate only. */
const pullBytesPerSecond = 100_000_000;

export const imageSize: Check = {
  id: 'image-size',
  group: 'image',
  severity: 'practice',
  title: 'The image is below 10 GB, and no layer above what ECR takes',
  why: 'A layer of more than 52,000 MiB cannot be pushed to ECR, and every instance pulls the whole image before the container starts.',
  source:
    'Amazon ECR service quotas, "Layer part size" and "Maximum size of a layer"; AWS Marketplace seller guide, "Service restrictions and limits"',
  fix: 'Build in stages and leave compilers, caches and test data out; put large weights into the model archive instead of the image.',
  async judge(evidence) {
    const { inspect, history } = await evidence.of(imageFacts);
    const layers = history.filter(({ bytes }) => bytes > 0);
    const largest = layers.reduce((most, { bytes }) => Math.max(most, bytes), 0);
    const seconds = Math.max(1, Math.round(inspect.Size / pullBytesPerSecond));
    const sizes = `${sizeText(inspect.Size)} unpacked in ${layers.length} layers, the largest ${sizeText(largest)}; pulled in about ${seconds} s at 100 MB/s`;
    const findings = [
      ...(largest > layerBytesMax ? [`the largest layer has ${sizeText(largest)} unpacked; ECR takes 52,000 MiB packed`] : []),
      ...(inspect.Size > largeBytes ? [`${sizes}; wanted: less than 10 GB`] : []),
    ];
    return findings.length > 0 ? { outcome: 'warned', findings } : { outcome: 'passed', note: sizes };
  },
};

function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
