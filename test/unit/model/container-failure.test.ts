import { describe, expect, it } from 'vitest';
import { createFailure, exitFailure, silenceFailure, startFailure } from '../../../emulator/model/docker/container-failure.ts';

const context = { image: 'my-model:1', memoryBytes: null, lines: ['loading', 'no weights'] };
const exit = (code: number, more: object = {}) => exitFailure({ code, outOfMemory: false, error: '', ...more }, context);
const runc = 'OCI runtime create failed: container_linux.go:380: starting container process caused: ';

describe('a container that ended', () => {
  it.each([
    [
      exit(3),
      /^The model container of my-model:1 ended with exit code 3, before it answered GET \/ping\. It printed last:\n {8}loading\n {8}no weights$/,
    ],
    [exit(127), /exit code 127 \(a program in it was not found\)/],
    [exit(126), /exit code 126 \(a program in it is not executable\)/],
    [exit(139), /was ended by signal SIGSEGV \(exit code 139\)/],
    [exit(137), /was ended by signal SIGKILL/],
    [exit(137, { outOfMemory: true }), /was killed because it needed more memory than this machine has/],
    [
      exitFailure({ code: 137, outOfMemory: true, error: '' }, { ...context, memoryBytes: 512 * 1024 * 1024 }),
      /more memory than its limit of 512 MB/,
    ],
    [exitFailure({ code: 1, outOfMemory: false, error: '' }, { ...context, lines: ['exec /x: exec format error'] }), /exec format error/],
    [exitFailure({ code: 0, outOfMemory: false, error: '' }, { ...context, lines: [] }), /exit code 0.* It printed nothing\.$/],
  ])('%o', (error, line) => {
    expect(error.message).toMatch(line);
    expect(error.code).toBe('MODEL_NOT_READY');
  });

  it('is shown with its last fifteen lines, each cut', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `${index} ${'x'.repeat(400)}`);
    const { message } = exitFailure({ code: 1, outOfMemory: false, error: '' }, { ...context, lines });
    expect(message).not.toContain(' 4 x');
    expect(message).toContain(' 5 x');
    expect(message.length).toBeLessThan(3_500);
  });

  it('cannot clear, colour or forge what is on the terminal', () => {
    const lines = ['\x1b[2J\x1b[31mred\x07 \rerror forged', '\x9b2Jthe \x7fend'];
    const { message } = exitFailure({ code: 1, outOfMemory: false, error: '\x1b[2J' }, { ...context, lines });
    expect(message).toMatch(/:\n {8} \[2J \[31mred {2,3}error forged\n {8} 2Jthe {2}end$/);
  });
});

describe('a container that the daemon does not make', () => {
  const answer = (statusCode: number, message: string) =>
    Object.assign(new Error(`(HTTP code ${statusCode}) bad parameter - ${message} `), { statusCode, json: null });

  it('for what was asked is a wrong option, in the daemon’s words', () => {
    const failure = createFailure(answer(400, 'Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available'), context);
    expect(failure).toMatchObject({
      code: 'BAD_OPTION',
      message: 'Docker refuses the container of my-model:1: Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available',
      hint: 'Check --model-memory and --model-cpus.',
    });
  });

  it('for a reason of its own could not be started', () => {
    expect(createFailure(answer(500, 'no space left on device'), context)).toMatchObject({
      code: 'MODEL_NOT_READY',
      message: 'The model container of my-model:1 cannot be started: no space left on device.',
    });
  });
});

describe('a container that could not be started', () => {
  it.each([
    [`${runc}exec: "serve": executable file not found in $PATH: unknown`, /has no executable "serve"/, /docker run my-model:1 serve/],
    [`${runc}exec: "/run.sh": permission denied: unknown`, /has an entry point that cannot be executed/, /ENTRYPOINT/],
    [`${runc}exec: "/x": exec format error`, /exec format error/, /--platform linux\/amd64/],
    ['no space left on device', /cannot be started: no space left on device/, /docker run/],
  ])('%s', (reason, line, hint) => {
    const error = startFailure(reason, context);
    expect(error.message).toMatch(line);
    expect(error.message).not.toContain('OCI runtime');
    expect(error.hint).toMatch(hint);
  });
});

describe('a container that runs and does not serve', () => {
  const listening = (...ports: number[]) => ports.map((port) => ({ port, onLoopback: true }));
  it.each([
    [{ lastPing: 503, listening: listening(8080) }, /answers GET \/ping with 503 and gave no 200 within 4 s/],
    [{ lastPing: 'timedOut', listening: listening(8080) }, /accepts connections and never answers/],
    [{ lastPing: 'connectionLost', listening: listening(8080) }, /breaks off its answers/],
    [{ lastPing: 'notReady', listening: listening(9090, 9091) }, /listens on 9090, 9091, and SageMaker calls 8080/],
    [{ lastPing: 'notReady', listening: [] }, /listens on no port, and SageMaker calls 8080/],
    [{ lastPing: 'notReady', listening: null }, /does not listen on port 8080/],
    [{ lastPing: 'notReady', listening: [{ port: 8080, onLoopback: false }] }, /of another address than 127\.0\.0\.1/],
  ] as const)('%j', (facts, line) => {
    expect(silenceFailure({ timeoutMs: 4_000, ...facts }, context).message).toMatch(line);
  });
});
