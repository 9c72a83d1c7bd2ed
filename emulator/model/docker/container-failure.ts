// Why a container did not serve: from what is known of it to one clear line. Pure; the facts are gathered in docker-model.ts.
import { AirlockError } from '../../errors.ts';
import { printable } from '../model-lines.ts';
import type { PingResult } from '../readiness.ts';
import type { NetworkNamespace } from '../relay/relay.ts';
import { daemonText, statusOf } from './docker-engine.ts';
import { type ContainerExit, exitText } from './model-container.ts';

export interface FailureContext {
  /** As the user named it. */
  readonly image: string;
  readonly memoryBytes: number | null;
  /** Of the container's log, oldest first. */
  readonly lines: readonly string[];
}

/** Of the log, in a message: where Node ends by an exception, its reason is some ten lines before the last one. */
const linesShownMax = 15;
const lineCharactersMax = 200;
const serveHint =
  'SageMaker starts it as "docker run IMAGE serve": give the image an ENTRYPOINT that takes "serve", or an executable of that name on PATH.';
const wrongProcessor =
  'Its program is for another processor. Build the image for linux/amd64: docker build --platform linux/amd64 --provenance=false -t IMAGE .';
const stderrHint = 'Run it by hand to see more: docker run --rm --network none IMAGE serve';

/** The daemon refused to make the container. */
export function createFailure(error: unknown, context: Omit<FailureContext, 'lines'>): AirlockError {
  const reason = daemonText(error);
  if (statusOf(error) !== 400) return startFailure(reason, context);
  return new AirlockError(
    'BAD_OPTION',
    `Docker refuses the container of ${context.image}: ${printable(reason)}`,
    'Check --model-memory and --model-cpus.',
    { cause: error },
  );
}

/** The daemon could not start the program. */
export function startFailure(reason: string, { image, memoryBytes }: Omit<FailureContext, 'lines'>): AirlockError {
  const context = { image, memoryBytes, lines: null };
  // runc's chain of what failed in what; the last part says it.
  const short = reason.replace(/^.*?(?=exec: |exec )/s, '').replace(/: unknown$/, '');
  if (/exec format error/.test(reason)) return notReady(`cannot be started: ${short}`, wrongProcessor, context);
  if (/executable file not found|no such file or directory|permission denied/i.test(reason)) {
    const what = /"serve"/.test(reason) ? 'has no executable "serve"' : 'has an entry point that cannot be executed';
    return notReady(`${what}: ${short}`, serveHint, context);
  }
  if (/memory|cgroup/i.test(reason)) return notReady(`cannot be started: ${short}`, 'Check --model-memory and --model-cpus.', context);
  return notReady(`cannot be started: ${short}`, `Try: docker run --rm ${image} serve`, context);
}

/** It ended before /ping answered 200. */
export function exitFailure(exit: ContainerExit, context: FailureContext): AirlockError {
  const text = exitText(exit, context.memoryBytes);
  const output = context.lines.join('\n');
  if (exit.outOfMemory) {
    const more =
      context.memoryBytes === null ? 'Free memory, or use a smaller model.' : 'Raise --model-memory, or let the model need less.';
    return notReady(`${text}, before it answered GET /ping`, more, context);
  }
  if (/exec format error/.test(output) || /exec format error/.test(exit.error)) {
    return notReady(`${text}: exec format error`, wrongProcessor, context);
  }
  if (exit.code === 127 || exit.code === 126) {
    const why = exit.code === 127 ? 'a program in it was not found' : 'a program in it is not executable';
    return notReady(`${text} (${why}), before it answered GET /ping`, serveHint, context);
  }
  return notReady(`${text}, before it answered GET /ping`, stderrHint, context);
}

export interface SilenceFacts {
  readonly timeoutMs: number;
  /** The last one's; null where there was none. */
  readonly lastPing: PingResult | null;
  /** Null where the relay told nothing. */
  readonly listening: NetworkNamespace['listening'] | null;
}

const modelPort = 8080;

/** It runs, and /ping gave no 200 in time. */
export function silenceFailure({ timeoutMs, lastPing, listening }: SilenceFacts, context: FailureContext): AirlockError {
  const within = `within ${timeoutMs / 1_000} s`;
  const later =
    'If it only needs longer: --startup-timeout SECONDS (SageMaker gives it 8 minutes, or what the endpoint configuration says).';
  if (typeof lastPing === 'number') {
    const hint = `It must answer 200 as soon as it can take requests. ${later}`;
    return notReady(`answers GET /ping with ${lastPing} and gave no 200 ${within}`, hint, context);
  }
  const ports = listening?.map(({ port }) => port) ?? [];
  const own = listening?.find(({ port }) => port === modelPort);
  if (listening === null && (lastPing === null || lastPing === 'notReady')) {
    return notReady(`does not listen on port ${modelPort}, which SageMaker calls (waited ${timeoutMs / 1_000} s)`, later, context);
  }
  if (listening !== null && own === undefined) {
    const hint = `Let it listen on 0.0.0.0:${modelPort}.`;
    if (ports.length === 0) {
      const what = `listens on no port, and SageMaker calls ${modelPort} (waited ${timeoutMs / 1_000} s)`;
      return notReady(what, `${hint} ${later}`, context);
    }
    return notReady(`listens on ${ports.join(', ')}, and SageMaker calls ${modelPort} (waited ${timeoutMs / 1_000} s)`, hint, context);
  }
  if (own?.onLoopback === false) {
    return notReady(
      `listens on port ${modelPort} of another address than 127.0.0.1 (waited ${timeoutMs / 1_000} s)`,
      `Let it listen on 0.0.0.0:${modelPort}.`,
      context,
    );
  }
  const broken = lastPing === 'connectionLost' || lastPing === 'answerTooLarge';
  const what = broken ? 'breaks off its answers to GET /ping' : 'accepts connections and never answers GET /ping';
  return notReady(`${what} (SageMaker waits 2 s for each): no 200 ${within}`, `Answer 200 at once from /ping. ${later}`, context);
}

/** For the log while a model is slow to start. */
export function pingText(result: PingResult | null): string {
  if (typeof result === 'number') return `/ping answers ${result}`;
  if (result === 'timedOut') return '/ping does not answer within 2 s';
  if (result === 'connectionLost') return '/ping breaks off';
  return `nothing listens on port ${modelPort} yet`;
}

/** `lines` is null where it never ran. */
function notReady(
  what: string,
  hint: string,
  { image, lines }: Pick<FailureContext, 'image'> & { lines: readonly string[] | null },
): AirlockError {
  const output = lines === null ? '' : outputText(lines);
  return new AirlockError(
    'MODEL_NOT_READY',
    `The model container of ${image} ${printable(what)}.${output}`,
    hint.replaceAll('IMAGE', image),
  );
}

/** One line behind the sentence, several below it. */
function outputText(lines: readonly string[]): string {
  const shown = lines.slice(-linesShownMax).map((line) => printable(line).trimEnd().slice(0, lineCharactersMax));
  if (shown.length === 0) return ' It printed nothing.';
  if (shown.length === 1) return ` It printed last: ${shown[0]}`;
  return ` It printed last:${shown.map((line) => `\n        ${line}`).join('')}`;
}
