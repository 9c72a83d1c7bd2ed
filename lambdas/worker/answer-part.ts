// One part: to the model, and its answer at once into the bucket, so that it is never sent again.
import { InvokeEndpointCommand, type InvokeEndpointCommandOutput } from '@aws-sdk/client-sagemaker-runtime';
import { deadline } from '../aws/deadline.ts';
import { errorLabel } from '../aws/error-label.ts';
import { answerKey } from '../large-request/request-state.ts';
import type { NewObject } from '../request/objects.ts';
import { backOffMsFirst, backOffMsMax, invokeTimeoutMs, storeAgainMsFirst, storeAgainMsMax } from './limits.ts';
import { partError } from './part-error.ts';
import type { PartToSend } from './parts-to-send.ts';
import { recordRange } from './record-range.ts';
import type { Run } from './run.ts';
import { ModelFailed, OutOfTime, RequestFailure, TryAgain, WorkerMisconfigured } from './worker-errors.ts';

/**
 * Resolves with the bytes of the stored answer.
 * `isStopping`: another part has ended the invocation; what waits need not be sent any more.
 * @throws RequestFailure, ModelFailed, TryAgain, WorkerMisconfigured, OutOfTime; HttpError RESULT_NOT_STORED
 */
export async function answerPart(run: Run, toSend: PartToSend, isStopping: () => boolean): Promise<number> {
  const { options, held, time } = run;
  const { Body, ContentType } = await invoke(run, toSend, isStopping);
  if (Body === undefined || Body.byteLength === 0) throw new ModelFailed('the answer is empty');
  const { start, end } = toSend.part;
  const answer: NewObject = {
    key: answerKey(held.state.requestId, toSend.number),
    body: Body,
    contentType: ContentType ?? 'application/octet-stream',
    metadata: { start: String(start), end: String(end) },
  };
  // It was paid for: a write that S3 refused because of another at the same moment, of which nothing came, is made again.
  for (let pauseMs = storeAgainMsFirst; pauseMs <= storeAgainMsMax; pauseMs *= 2) {
    const { kind } = await options.storage.putNew(answer, time.forStorageMs());
    if (kind === 'written') return Body.byteLength;
    // `lost` is as good as written where something is: the SDK's own second try, or another answer to the same part.
    const head = await options.storage.head(answer.key, time.forStorageMs());
    if (head !== null) return head.bytes;
    await options.wait(pauseMs);
  }
  throw new TryAgain('the answer was not stored');
}

async function invoke(run: Run, toSend: PartToSend, isStopping: () => boolean): Promise<InvokeEndpointCommandOutput> {
  const { options, held, time } = run;
  const { mediaType } = held.state.input;
  for (let pauseMs = backOffMsFirst; ; pauseMs = Math.min(2 * pauseMs, backOffMsMax)) {
    if (isStopping() || !time.takesMore()) throw new OutOfTime();
    const timeoutMs = Math.min(invokeTimeoutMs, time.forModelMs());
    const command = new InvokeEndpointCommand({
      EndpointName: options.endpointName,
      ContentType: mediaType,
      Accept: mediaType,
      Body: toSend.body,
    });
    try {
      return await options.sendInvokeEndpoint(command, deadline(timeoutMs));
    } catch (error) {
      endUnlessAgain(error, timeoutMs, toSend);
    }
    await options.wait(Math.max(0, Math.min(pauseMs, time.untilReserveMs())));
  }
}

/** Returns where the same part is to be sent again. */
function endUnlessAgain(error: unknown, timeoutMs: number, { part, recordsBefore }: PartToSend): void {
  const meaning = partError(error, timeoutMs);
  switch (meaning) {
    case 'again':
      return;
    case 'out-of-time':
      throw new OutOfTime();
    case 'model-failed':
      throw new ModelFailed(errorLabel(error));
    case 'misconfigured':
      throw new WorkerMisconfigured(errorLabel(error));
    case 'try-again':
      throw new TryAgain(errorLabel(error));
    case 'MODEL_REJECTED_REQUEST':
    case 'MODEL_ANSWER_TOO_LARGE':
    case 'REQUEST_TOO_LARGE':
      throw new RequestFailure(meaning, recordRange({ recordsBefore, records: part.records }));
  }
}
