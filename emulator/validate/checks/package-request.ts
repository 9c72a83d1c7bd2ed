// 51. The CreateModelPackage request: what AWS refuses at once, after hours of validation, or when the product is listed.
import type { Check, Verdict } from '../check.ts';
import type { PackageFile } from '../model-package/read-package-file.ts';
import { packageFile } from '../probes/package-file.ts';
import { shortList } from '../short-list.ts';

const unknownShownMax = 5;

export const packageRequest: Check = {
  id: 'package-request',
  group: 'package',
  severity: 'blocks',
  title: 'The model package is one that AWS Marketplace takes',
  why: 'A member of the wrong form fails CreateModelPackage; one that is missing or contradicts another fails hours later, in the validation job or when the product is listed, and CertifyForMarketplace cannot be set later.',
  source:
    'botocore sagemaker/2017-07-24, CreateModelPackage; AWS Marketplace seller guide, "Creating your model package resource" and "Service restrictions and limits"',
  fix: 'Correct the package file at the places named.',
  judge: async (evidence) => judgePackage(await evidence.of(packageFile), evidence.options.image),
};

/** `image`: as it is validated, for whether the package names the same. */
export function judgePackage({ modelPackage, problems, remarks, unknown }: PackageFile, image: string): Verdict {
  if (modelPackage === null) return { outcome: 'notDecided', reason: 'the template has no AWS::SageMaker::ModelPackage' };
  if (problems.length > 0) return { outcome: 'failed', findings: shortList([...problems, ...remarks]) };
  const images = modelPackage.containers.flatMap((container) => container.image ?? []);
  const isOther = /\.dkr[.-]ecr/.test(image) && images.length > 0 && !images.includes(image);
  const other = isOther ? [`the package names ${images.join(', ')}; validated is ${image}`] : [];
  if (remarks.length + other.length > 0) return { outcome: 'warned', findings: shortList([...remarks, ...other]) };
  if (unknown.length === 0) return { outcome: 'passed' };
  const note = `not looked at, as only a deployment has the value: ${shortList(unknown, unknownShownMax).join(', ')}`;
  return { outcome: 'passed', note };
}
