// 49. The 64 MB of /dev/shm that a container has are enough.
import type { Check, Verdict } from '../check.ts';
import { type SharedMemory, sharedMemory } from '../probes/shared-memory.ts';

/** 128 + SIGBUS: what a process gets that writes to a page of a full /dev/shm. */
const busErrorCode = 135;
const trouble =
  /bus error|SIGBUS|insufficient shared memory|out of shared memory|\/dev\/shm.*(no space|ENOSPC)|(no space|ENOSPC).*\/dev\/shm|shm_open.*fail/i;
const fullShare = 0.95;
const muchShare = 0.5;
const linesMax = 3;

export const sharedMemoryFits: Check = {
  id: 'shared-memory',
  group: 'lifecycle',
  severity: 'practice',
  title: 'The 64 MB of /dev/shm are enough',
  why: 'SageMaker gives no way to raise the size. Workers that pass tensors through shared memory end with "Bus error" when it is full.',
  source: 'aws/sagemaker-python-sdk#937',
  fix: 'Pass data between processes by files in /tmp or by pipes (PyTorch: set_sharing_strategy("file_system") with TMPDIR=/tmp, or num_workers=0).',
  judge: async (evidence) => judgeSharedMemory(await evidence.of(sharedMemory)),
};

export function judgeSharedMemory({ use, logLines, exitCode }: SharedMemory): Verdict {
  const lines = logLines.filter((line) => trouble.test(line));
  const used = use === null ? null : `${megabytes(use.bytes)} of ${megabytes(use.bytesMax)} MB of /dev/shm are in use`;
  const share = use === null ? 0 : use.bytes / use.bytesMax;
  const findings = [
    ...(exitCode === busErrorCode ? ['it was ended by signal SIGBUS (exit code 135)'] : []),
    ...(share >= fullShare && used !== null ? [`${used}: it is full`] : []),
    // What a container says may quote a sample: its number only.
    ...(lines.length > 0 ? [`${lines.length} lines of its log tell of shared memory that was not enough`] : []),
  ];
  if (findings.length > 0) return { outcome: 'failed', findings, ...(lines.length > 0 && { logTail: lines.slice(-linesMax) }) };
  if (share > muchShare && used !== null) return { outcome: 'warned', findings: [used] };
  return { outcome: 'passed', note: used ?? 'its log tells of no trouble; the use itself cannot be seen from here' };
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
