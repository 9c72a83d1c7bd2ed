// 53. The labels that SageMaker reads are there if, and only if, the container does what they say.
import type { Check } from '../check.ts';
import { boundPort } from '../probes/bound-port.ts';
import { imageFacts } from '../probes/image-facts.ts';
import { streamingPath } from '../probes/streaming-path.ts';

const bindToPortLabel = 'com.amazonaws.sagemaker.capabilities.accept-bind-to-port';
const streamingLabel = 'com.amazonaws.sagemaker.capabilities.bidirectional-streaming';

export const labelsMatch: Check = {
  id: 'labels-match',
  group: 'image',
  severity: 'practice',
  title: "The image's SageMaker labels say what the container does",
  why: 'SageMaker decides by labels: without one a WebSocket is never opened, and with a wrong one the container is called on a port where nothing listens.',
  source: 'SageMaker developer guide, "Use your own inference code with hosting services"; "Inference pipelines": SAGEMAKER_BIND_TO_PORT',
  fix: `Set LABEL ${streamingLabel}=true only with a WebSocket on /invocations-bidirectional-stream, LABEL ${bindToPortLabel}=true only where SAGEMAKER_BIND_TO_PORT is listened on.`,
  async judge(evidence) {
    const { inspect } = await evidence.of(imageFacts);
    const isSet = (label: string) => inspect.Config.Labels?.[label]?.toLowerCase() === 'true';
    const findings: string[] = [];
    if (isSet(bindToPortLabel)) {
      const { asked, isBound, listening } = await evidence.of(boundPort);
      const where = listening.length === 0 ? 'on no port' : `on ${listening.join(', ')}`;
      if (!isBound)
        findings.push(`${bindToPortLabel} is set; with SAGEMAKER_BIND_TO_PORT=${asked} it listens ${where}; wanted: on ${asked}`);
    }
    const { status } = await evidence.of(streamingPath);
    const answer = status === null ? 'gives no answer' : `is answered with ${status}`;
    if (isSet(streamingLabel) !== (status === 101)) {
      const label = `${streamingLabel} is ${isSet(streamingLabel) ? '' : 'not '}set`;
      findings.push(`${label}; a WebSocket on /invocations-bidirectional-stream ${answer}; wanted: the label with 101, none without`);
    }
    return findings.length > 0 ? { outcome: 'failed', findings } : { outcome: 'passed' };
  },
};
