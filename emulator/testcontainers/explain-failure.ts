// Why it did not start, found out before everything is removed: which container ended, how, and the last it said.
import type { Container, ContainerInspectInfo } from 'dockerode';
import { AirlockError, type AirlockErrorCode } from '../errors.ts';
import { demultiplex } from '../model/docker/demultiplex.ts';
import { daemonText } from '../model/docker/docker-engine.ts';
import { runLabel } from '../model/docker/labels.ts';
import { exitText } from '../model/docker/model-container.ts';
import type { AirlockRun } from './run.ts';

interface Ending {
  readonly role: string;
  readonly state: ContainerInspectInfo['State'];
  readonly lines: string;
}

export interface FailedStart {
  readonly run: AirlockRun;
  readonly modelImage: string;
  readonly emulatorImage: string;
}

const linesMax = 20;
/** The exit codes of `airlock up`. */
const codeOfExit: Readonly<Record<number, AirlockErrorCode>> = { 1: 'MODEL_NOT_READY', 2: 'BAD_OPTION', 3: 'NOT_AVAILABLE', 70: 'BUG' };
const modelHint =
  'Airlock runs it as SageMaker does: docker run --network none IMAGE serve. It has to stay, listen on port 8080 and answer GET /ping with 200.';
const dockerHint = 'These are the words of Docker itself; nothing that was started is left.';
const s3Hint =
  "withS3Url() takes the address that the S3 has for the emulator's container: on a network of both, http://ALIAS:PORT; 127.0.0.1 is the container itself.";
const emulatorHint = 'withLogLevel("debug") and withLogConsumer() show more; the image must be of the same version as this package.';

/** The error to throw in place of this one, which it keeps as its cause. Never rejects. */
export async function explainFailure(error: unknown, failed: FailedStart): Promise<AirlockError> {
  const options = { cause: error };
  const endings = await readEndings(failed.run);
  const model = endings.find(({ role }) => role === 'model');
  const emulator = endings.find(({ role }) => role === 'emulator');
  const reason = daemonText(error);
  if (model !== undefined && !model.state.Running) {
    const { ExitCode: code, OOMKilled: outOfMemory, Error: daemonError, Status: status } = model.state;
    const how =
      status === 'created' ? `could not be started: ${daemonError || reason}` : exitText({ code, outOfMemory, error: daemonError });
    const hint = /exec format error/.test(how + model.lines)
      ? 'The image is for another processor: build it for the one of this Docker.'
      : modelHint;
    return new AirlockError('MODEL_NOT_READY', `The model's container (${failed.modelImage}) ${how}${said('It', model)}`, hint, options);
  }
  if (emulator !== undefined && !emulator.state.Running) {
    const { ExitCode: code, Status: status, Error: daemonError } = emulator.state;
    if (status === 'created') {
      const message = `The emulator's container (${failed.emulatorImage}) could not be started: ${daemonError || reason}`;
      return new AirlockError('NOT_AVAILABLE', message, dockerHint, options);
    }
    const isModels = code === 1;
    const what = isModels
      ? `The model (${failed.modelImage}) did not come into service.${said('The emulator', emulator)}`
      : `The emulator's container (${failed.emulatorImage}) ended with exit code ${code}${said('It', emulator)}`;
    const hint = isModels
      ? `${modelHint} A slow one gets more time with withStartupTimeout(milliseconds).`
      : emulator.lines.includes('(--s3)')
        ? s3Hint
        : emulatorHint;
    return new AirlockError(codeOfExit[code] ?? 'NOT_AVAILABLE', what + said('The model', model), hint, options);
  }
  if (error instanceof AirlockError) {
    const message = `${error.message}${said('The emulator', emulator)}${said('The model', model)}`;
    return new AirlockError(error.code, message, error.hint, options);
  }
  const message = `Docker could not start Airlock: ${reason}${said('The emulator', emulator)}${said('The model', model)}`;
  return new AirlockError('NOT_AVAILABLE', message, dockerHint, options);
}

function said(who: string, ending: Ending | undefined): string {
  if (ending === undefined || ending.state.Status === 'created') return '';
  return ending.lines === '' ? `\n${who} printed nothing.` : `\n${who} printed last:\n${ending.lines.replace(/^/gm, '  ')}`;
}

async function readEndings({ docker, id }: AirlockRun): Promise<readonly Ending[]> {
  try {
    const found = await docker.listContainers({ all: true, filters: { label: [`${runLabel}=${id}`] } });
    return await Promise.all(found.map(({ Id, Labels: labels }) => readEnding(docker.getContainer(Id), labels['airlock.role'] ?? '')));
  } catch {
    // Docker itself has gone: the first error says more than this one would.
    return [];
  }
}

async function readEnding(container: Container, role: string): Promise<Ending> {
  const { State: state } = await container.inspect();
  const output = state.Status === 'created' ? Buffer.alloc(0) : await container.logs({ stdout: true, stderr: true, tail: linesMax });
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer, taken: () => void) => {
    chunks.push(chunk);
    taken();
  };
  demultiplex({ stdout: keep, stderr: keep }).end(output);
  return { role, state, lines: Buffer.concat(chunks).toString().trimEnd() };
}
