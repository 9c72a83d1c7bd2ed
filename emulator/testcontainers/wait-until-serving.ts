// Waits for the emulator's ready file. What ends meanwhile has failed, and there is no point in waiting any longer.
import { setTimeout as pause } from 'node:timers/promises';
import type { StartedTestContainer } from 'testcontainers';
import { AirlockError } from '../errors.ts';
import type { ReadyInfo } from '../start.ts';
import { askControl } from './ask-control.ts';
import { ports, seenFromOutside } from './ports.ts';
import type { AirlockRun } from './run.ts';
import type { SealedModel } from './sealed-model.ts';

export interface Serving {
  readonly run: AirlockRun;
  readonly emulator: StartedTestContainer;
  readonly model: SealedModel;
  /** In the emulator's container. */
  readonly readyFile: string;
  /** For the model. */
  readonly timeoutMs: number;
  readonly hasOtherS3: boolean;
}

const pollMs = 100;
/** As long as the emulator itself waits for another S3, at most. */
const otherS3TimeoutMs = 60_000;
/** The emulator itself gives up first, the model or another S3, and says why; on a machine with much to do it takes a while to begin. */
const graceMs = 30_000;

/** @throws AirlockError MODEL_NOT_READY when the time is over or a container has ended */
export async function waitUntilServing(serving: Serving): Promise<ReadyInfo> {
  const { run, emulator, model, readyFile, timeoutMs: modelTimeoutMs, hasOtherS3 } = serving;
  const timeoutMs = hasOtherS3 ? Math.max(modelTimeoutMs, otherS3TimeoutMs) : modelTimeoutMs;
  const mapping = { host: emulator.getHost(), portOf: (inside: number) => emulator.getMappedPort(inside) };
  const deadlineMs = performance.now() + timeoutMs + graceMs;
  const runs = async (id: string) => (await run.docker.getContainer(id).inspect()).State.Running;
  for (;;) {
    // The model first: without it the emulator fails, too.
    if (!(await runs(model.containerId))) throw notServing('The model ended.');
    if (!(await runs(emulator.getId()))) throw notServing('The emulator ended.');
    const health = await askControl(mapping, '/health');
    // The control server is the last to listen; the file comes right after it.
    if (health !== null) {
      const { exitCode, stdout } = await emulator.exec(['cat', readyFile]);
      if (exitCode === 0) return seenFromOutside(JSON.parse(stdout) as ReadyInfo, mapping);
    }
    if (performance.now() > deadlineMs) {
      throw notServing(
        `Airlock does not serve after ${(timeoutMs + graceMs) / 1_000} s at port ${mapping.portOf(ports.control)} of ${mapping.host}.`,
      );
    }
    await pause(pollMs);
  }
}

function notServing(message: string): AirlockError {
  return new AirlockError('MODEL_NOT_READY', message, 'Give it more time with withStartupTimeout(milliseconds).');
}
