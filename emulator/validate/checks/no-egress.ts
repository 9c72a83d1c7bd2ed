// 27. Nothing is tried to be reached outside: on SageMaker it would fail, and cost time.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { egressRun } from '../probes/egress-run.ts';
import type { EgressAttempt } from '../report.ts';

const findingsMax = 20;
/** What hosts on AWS answer instead, for whoever reads an address. */
const knownTargets: Readonly<Record<string, string>> = {
  '169.254.169.254:80': "the instance's metadata",
  '169.254.170.2:80': "a task's credentials",
};

export const noEgress: Check = {
  id: 'no-egress',
  group: 'isolation',
  severity: 'blocks',
  title: 'The container tries to reach nothing outside',
  why: 'Marketplace models run with the network switched off: each attempt fails, and libraries that try again use up the 60 s of a request.',
  source: 'SageMaker developer guide, "Run Training and Inference Containers in Internet-Free Mode"; facebookresearch/dynabench#407',
  fix: 'Put what is fetched into the image or the artifact, and switch off telemetry, update and licence checks (for Hugging Face: HF_HUB_OFFLINE=1, TRANSFORMERS_OFFLINE=1).',
  async judge(evidence) {
    const { attempts, serves, unseen } = await evidence.of(egressRun);
    if (attempts.length > 0) {
      const rest = attempts.length - findingsMax;
      const findings = attempts.slice(0, findingsMax).map(findingOf);
      return { outcome: 'failed', findings: rest > 0 ? [...findings, `and ${rest} more`] : findings };
    }
    if (!serves)
      return { outcome: 'notDecided', reason: 'the container does not come into service, and tried to reach nothing until then' };
    const note = 'nothing during start, ping and invocation';
    // Fail closed: what could not be seen is not said to be absent.
    if (unseen.length > 0) return { outcome: 'warned', findings: [`${note}, but this machine does not show ${unseen.join('; ')}`] };
    return { outcome: 'passed', note };
  },
};

function findingOf({ protocol, target, during, count, atMs }: EgressAttempt): string {
  const known = knownTargets[target];
  const times = count === 1 ? '' : `, ${count} times`;
  const what = protocol === 'dns' ? `asked for the name ${printable(target)}` : `tried ${printable(target)} (${protocol})`;
  return `${what}${known === undefined ? '' : `, ${known},`} during ${during}, ${(atMs / 1_000).toFixed(1)} s after the start${times}`;
}
