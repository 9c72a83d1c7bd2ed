// 10. Nothing but port 8080 can be reached from outside of the container.
import type { Check, Verdict } from '../check.ts';
import { imageFacts } from '../probes/image-facts.ts';
import { type ListeningPorts, listeningPorts } from '../probes/listening-ports.ts';

const port = 8080;

export const noOtherPorts: Check = {
  id: 'no-other-ports',
  group: 'lifecycle',
  severity: 'practice',
  title: 'No other port than 8080 is exposed, or listened on beyond loopback',
  why: 'Nobody calls another port on SageMaker. One that is open, for metrics or debugging, is what a reviewer asks about.',
  source: 'aws-samples/sample-sagemaker-marketplace-onboarding-skill, container contract',
  fix: 'Bind servers for management or metrics to 127.0.0.1, or switch them off; leave EXPOSE 8080 only.',
  async judge(evidence) {
    const { inspect } = await evidence.of(imageFacts);
    const exposed = Object.keys(inspect.Config.ExposedPorts ?? {});
    return judgePorts(await evidence.of(listeningPorts), exposed);
  },
};

/** `exposed`: as Docker writes them, `8080/tcp`. */
export function judgePorts(listening: ListeningPorts, exposed: readonly string[]): Verdict {
  const open = listening.filter((one) => one.port !== port && one.beyondLoopback === true);
  const findings = [
    ...open.map((one) => `it listens on port ${one.port}, beyond loopback`),
    ...exposed.filter((one) => one !== `${port}/tcp`).map((one) => `the image says EXPOSE ${one}`),
  ];
  if (findings.length > 0) return { outcome: 'failed', findings };
  const isKnown = listening.every((one) => one.port === port || one.beyondLoopback !== undefined);
  return isKnown ? { outcome: 'passed' } : { outcome: 'notDecided', reason: 'the relay does not tell addresses of loopback from others' };
}
