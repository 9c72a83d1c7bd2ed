// 55. What a listing has to show: samples with their answers, for single requests and for batch, and a notebook.
import type { Check, Verdict } from '../check.ts';
import { listingAssets as foundAssets, type ListingAssets } from '../probes/listing-assets.ts';
import { shortList } from '../short-list.ts';

export const listingAssets: Check = {
  id: 'listing-assets',
  group: 'package',
  severity: 'review',
  title: 'The samples and the notebook of the listing are there',
  why: 'Reviewers send a listing back that has no input and output samples for both ways to call it, or no notebook that runs from end to end.',
  source: 'AWS Marketplace seller guide, "Requirements and best practices for machine learning products"',
  fix: "Put the published answers beside the samples (<name>.expected.<ext>), a file with several records among them, and link the notebook in the folder's README.md.",
  judge: async (evidence) => judgeAssets(await evidence.of(foundAssets)),
};

/** What is not there may be elsewhere, on GitHub above all: only what is there and wrong fails. */
export function judgeAssets({ samples, notebooks, links }: ListingAssets): Verdict {
  const broken = notebooks
    .filter(({ isReadable }) => !isReadable)
    .map(({ path }) => `${path} is no notebook: not JSON with a list of cells`);
  const insecure = links.filter((link) => !link.startsWith('https://')).map((link) => `${link} does not begin with https://`);
  if (broken.length + insecure.length > 0) return { outcome: 'failed', findings: shortList([...broken, ...insecure]) };
  const missing: string[] = [];
  const withoutAnswer = samples.filter(({ hasExpected }) => !hasExpected).map(({ name }) => name);
  if (withoutAnswer.length > 0) missing.push(`samples without a published answer: ${shortList(withoutAnswer, 5).join(', ')}`);
  if (!samples.some(({ records }) => records !== null && records > 1))
    missing.push('no sample for batch: one with several records in lines');
  if (notebooks.length + links.length === 0)
    missing.push("no notebook: neither an .ipynb beside the samples nor a link to one in the samples' README.md");
  return missing.length > 0 ? { outcome: 'warned', findings: missing } : { outcome: 'passed' };
}
