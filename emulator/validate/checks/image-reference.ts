// 50. Named as in ECR: the seller's registry, with a tag or digest.
import { printable } from '../../model/model-lines.ts';
import type { Check, Verdict } from '../check.ts';

const privateEcr =
  /^(?<account>[^./]*)\.dkr[.-]ecr(-fips)?\.(?<region>[a-z0-9-]+)\.(amazonaws\.com(\.cn)?|on\.aws)\/(?<repository>[^:@]*)(?::(?<tag>[^@]*))?(?:@(?<digest>.*))?$/;
const repositoryPattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const regionPattern = /^[a-z]{2}(-[a-z]+)+-\d$/;
const charactersMax = 255;

export const imageReference: Check = {
  id: 'image-reference',
  group: 'image',
  severity: 'blocks',
  title: 'The image is named as in a private ECR repository, with a tag or digest',
  why: 'A model package takes images of the seller\'s own ECR, in the Region it is published from; others fail with "Access denied for registry", and an untagged one is never scanned.',
  source: 'AWS Marketplace seller guide, "Service restrictions and limits"; awsdocs/aws-marketplace-user-guide-for-sellers#17',
  fix: 'Push it as ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG and name it so.',
  judge: async ({ options }) => judgeReference(options.image),
};

export function judgeReference(reference: string): Verdict {
  const [host = '', ...rest] = reference.split('/');
  if (host === 'public.ecr.aws' && rest.length > 0) {
    return { outcome: 'failed', findings: ['the image is in ECR Public; wanted: a private ECR repository of the seller'] };
  }
  if (rest.length === 0 || !/(^|\.)(amazonaws\.com(\.cn)?|on\.aws)$/.test(host)) {
    const reason = 'the image is not named as in ECR; name it ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG to have that checked';
    return { outcome: 'notDecided', reason };
  }
  const findings = findingsOf(reference, host);
  return findings.length > 0
    ? { outcome: 'failed', findings }
    : { outcome: 'passed', note: 'whose account and Region it is, only AWS knows' };
}

function findingsOf(reference: string, host: string): readonly string[] {
  const parts = privateEcr.exec(reference)?.groups;
  if (parts === undefined) return [`${printable(host)} is no ECR registry; wanted: ACCOUNT.dkr.ecr.REGION.amazonaws.com`];
  const { account = '', region = '', repository = '', tag, digest } = parts;
  const rules: readonly (readonly [boolean, string])[] = [
    [/^\d{12}$/.test(account), `the account is "${printable(account)}"; wanted: 12 digits`],
    [regionPattern.test(region), `the Region is "${printable(region)}"; wanted: one as us-east-1`],
    [repositoryPattern.test(repository), `the repository is "${printable(repository)}"; wanted: small letters, digits and . _ - /`],
    [tag !== undefined || digest !== undefined, 'there is neither tag nor digest; wanted: REPOSITORY:TAG'],
    [tag === undefined || /^\w[\w.-]{0,127}$/.test(tag), 'the tag is malformed; wanted: letters, digits and . _ -'],
    [digest === undefined || /^sha256:[0-9a-f]{64}$/.test(digest), 'the digest is malformed; wanted: sha256: and 64 hexadecimal digits'],
    [reference.length <= charactersMax, `the name has ${reference.length} characters; wanted: at most ${charactersMax}`],
  ];
  return rules.filter(([isKept]) => !isKept).map(([, finding]) => finding);
}
