// All parts: a bounded number at the model at the same time, and a checkpoint every few seconds.
import { answerPart } from './answer-part.ts';
import { type AnsweredParts, checkpointOf, findAnsweredParts } from './answered-parts.ts';
import { checkpointMs } from './limits.ts';
import { type PartToSend, partsToSend } from './parts-to-send.ts';
import type { Run } from './run.ts';
import { OutOfTime } from './worker-errors.ts';

/**
 * Returns when every part has a stored answer and the state says so: the answers' bytes, by part. However it ends, what was under way is finished first and what
 * is stored is in the state.
 * @throws OutOfTime, and what cutting and answering throw
 */
export async function answerParts(run: Run): Promise<ReadonlyMap<number, number>> {
  const answered = await findAnsweredParts(run);
  const pending = new Set<Promise<void>>();
  const checkpoint = checkpoints(run, answered);
  let ended: { readonly cause: unknown } | null = null;
  const endWith = (cause: unknown) => {
    ended ??= { cause };
  };
  const isStopping = () => ended !== null;

  const send = (toSend: PartToSend) => {
    const sending = answerPart(run, toSend, isStopping)
      .then((bytes) => {
        answered.done.set(toSend.number, bytes);
        answered.stored += 1;
      }, endWith)
      .finally(() => pending.delete(sending));
    pending.add(sending);
  };

  try {
    for await (const toSend of partsToSend(run, answered)) {
      while (pending.size >= run.options.limits.concurrency) await Promise.race(pending);
      // Also where the model is quicker than the cutting, and nothing had to wait.
      await checkpoint.ifDue();
      if (!run.time.takesMore()) endWith(new OutOfTime());
      if (isStopping()) break;
      send(toSend);
    }
    while (pending.size > 0) {
      await Promise.race(pending);
      await checkpoint.ifDue();
    }
  } catch (error) {
    endWith(error);
    await Promise.all(pending);
  }
  await checkpoint.now();
  throwIfEnded(ended);
  return answered.done;
}

function throwIfEnded(ended: { readonly cause: unknown } | null): void {
  if (ended !== null) throw ended.cause;
}

interface Checkpoints {
  ifDue(): Promise<void>;
  now(): Promise<void>;
}

function checkpoints({ held, options: { now } }: Run, answered: AnsweredParts): Checkpoints {
  let writtenAtMs = now();
  let storedThen = 0;
  const write = async () => {
    storedThen = answered.stored;
    writtenAtMs = now();
    await held.save(checkpointOf(answered));
  };
  return {
    async ifDue() {
      if (answered.stored === storedThen) return;
      // The first at once: should the next steps kill every invocation, this one has come further.
      if (storedThen === 0 || now() - writtenAtMs >= checkpointMs) await write();
    },
    now: write,
  };
}
