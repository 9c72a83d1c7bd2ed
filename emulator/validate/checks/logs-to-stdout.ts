// 54. What the container has to say goes to standard output, and nothing of a request does.
import { printable } from '../../model/model-lines.ts';
import type { Check, Verdict } from '../check.ts';
import { type InvocationLog, invocationLog } from '../probes/invocation-log.ts';
import { tellingValues } from '../sample-values.ts';
import { type Sample, samples } from '../samples.ts';

const findingsMax = 5;

export const logsToStdout: Check = {
  id: 'logs-to-stdout',
  group: 'contract',
  severity: 'practice',
  title: 'Logs go to standard output or error, and hold nothing of a request',
  why: "What is printed is all that CloudWatch shows of a container, and it is kept in the buyer's account: personal data does not belong there.",
  source: 'SageMaker developer guide, "CloudWatch Logs for Amazon SageMaker AI"; AWS Marketplace seller guide, data security',
  fix: 'Write logs to standard output (nginx: access_log /dev/stdout), and log sizes, counts and times instead of records.',
  async judge(evidence) {
    const log = await evidence.of(invocationLog);
    const unseen = log.lines.length === 0 && log.logFiles.length > 0;
    if (unseen) {
      const files = log.logFiles.slice(0, findingsMax).map(printable).join(', ');
      return { outcome: 'failed', findings: [`nothing was printed, but ${files} was written; wanted it on standard output`] };
    }
    if (log.samplesAsked === null) return notAsked;
    const findings = echoes(log.lines, await evidence.of(samples));
    if (findings.length > 0) return { outcome: 'failed', findings };
    if (log.lines.length === 0) return { outcome: 'warned', findings: ['nothing was printed at all: CloudWatch will show nothing of it'] };
    return { outcome: 'passed', note: `${log.lines.length} lines` };
  },
};

const notAsked: Verdict = {
  outcome: 'notDecided',
  reason: 'whether requests are echoed needs samples (--samples DIR; `airlock validate --init` writes a starting folder)',
};

/** Which sample, and how often; never what. */
function echoes(lines: InvocationLog['lines'], all: readonly Pick<Sample, 'name' | 'body'>[]): readonly string[] {
  return all.flatMap((sample) => {
    const values = tellingValues(sample);
    const count = lines.filter((line) => values.some((value) => line.includes(value))).length;
    return count === 0 ? [] : [`${count} lines of the log repeat something of ${printable(sample.name)}; wanted nothing of a request`];
  });
}
