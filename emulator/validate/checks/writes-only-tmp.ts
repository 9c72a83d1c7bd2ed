// 32. The container writes under /tmp and nowhere else.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { wordsOf } from '../invoke.ts';
import { type Invocation, isWorse, sealedInvocations } from '../probes/invoke-all.ts';
import { servingContainer } from '../probes/sealed-run.ts';
import { type StrictRun, strictRun } from '../probes/strict-run.ts';

const pathsMax = 20;
/** Docker makes these itself, for what it mounts. */
const notOurs = /^\/(?:tmp|dev|proc|sys|opt\/ml\/model)(?:\/|$)/;

export const writesOnlyTmp: Check = {
  id: 'writes-only-tmp',
  group: 'isolation',
  severity: 'practice',
  title: 'The container writes under /tmp only',
  why: 'Only /tmp is promised to be writable. What is written elsewhere grows the disk of an instance that runs for weeks, or fails.',
  source: 'SageMaker developer guide, "Custom inference code with hosting services"',
  fix: 'Write to /tmp, log to standard output (PYTHONDONTWRITEBYTECODE=1 for Python). Try it: docker run --rm --network none --read-only --tmpfs /tmp IMAGE serve.',
  async judge(evidence) {
    const container = await servingContainer(evidence);
    const sealed = await evidence.of(sealedInvocations);
    const written = writtenOutside(await container.changes());
    const findings = written.slice(0, pathsMax).map((path) => `it writes ${printable(path)}`);
    if (written.length > pathsMax) findings.push(`and ${written.length - pathsMax} more`);
    findings.push(...strictFindings(await evidence.of(strictRun), sealed));
    if (findings.length > 0) return { outcome: 'failed', findings };
    return { outcome: 'passed', note: 'also with a read-only root and an empty /tmp' };
  },
};

/** Of the differences to the image those that are files of their own: Docker lists the directories above each, too. */
function writtenOutside(changes: readonly { readonly path: string; readonly kind: string }[]): readonly string[] {
  const ours = changes.map(({ path }) => path).filter((path) => !notOurs.test(path));
  const above = new Set(changes.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  return ours.filter((path) => ![...above].some((directory) => directory === path || directory.startsWith(`${path}/`)));
}

function strictFindings(strict: StrictRun, sealed: readonly Invocation[]): readonly string[] {
  if (!strict.serves) return ['with a read-only root and an empty /tmp it does not come into service'];
  for (const { sample, invoked } of strict.invocations) {
    const before = sealed.find((invocation) => invocation.sample === sample)?.invoked;
    if (before === undefined || !isWorse(invoked, before)) continue;
    return [`${sample}: ${wordsOf(invoked)} with a read-only root and an empty /tmp, ${wordsOf(before)} without`];
  }
  return [];
}
