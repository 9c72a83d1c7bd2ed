// 45. No known vulnerability that is critical or high.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { vulnerabilityScan } from '../probes/vulnerability-scan.ts';
import { shortList } from '../short-list.ts';

export const vulnerabilities: Check = {
  id: 'vulnerabilities',
  group: 'image',
  severity: 'blocks',
  title: 'No known vulnerability in the image is critical or high',
  why: "Marketplace reads ECR's scan of the image: a product with critical or high findings cannot be created until they are fixed.",
  source: 'AWS Marketplace seller guide, "Uploading your images", "Troubleshooting" of machine learning products',
  fix: 'Take a newer base image, update the packages in it and leave out what is not needed. False positives go to AWS Marketplace Seller Operations.',
  async judge(evidence) {
    const { scanner, vulnerabilities: found } = await evidence.of(vulnerabilityScan);
    if (found.length === 0) return { outcome: 'passed', note: `${scanner} found none; ECR's scan decides` };
    const sorted = found.toSorted((a, b) => a.severity.localeCompare(b.severity) || a.id.localeCompare(b.id));
    const lines = sorted.map(
      ({ id, severity, component, fixedIn }) =>
        `${id} (${severity}) in ${component}; ${fixedIn === null ? 'no fix yet' : `fixed in ${fixedIn}`}`,
    );
    return { outcome: 'failed', findings: shortList([...new Set(lines.map(printable))]) };
  },
};
