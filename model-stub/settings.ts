// What the environment says. The only reader of the environment in the model.

export type FaultName = 'crash' | 'hang' | 'half-answer' | 'slow-ping' | 'ping-503' | 'latency' | 'status';

const environmentFaults: readonly FaultName[] = ['crash', 'hang', 'half-answer', 'slow-ping', 'ping-503'];

export interface Faults {
  /** MODEL_STUB_FAULTS=by-request: only requests that name a fault in their custom attributes get one. */
  readonly byRequest: boolean;
  /** MODEL_STUB_FAULT */
  readonly name: FaultName | null;
  /** MODEL_STUB_FAULT_LATENCY_MS */
  readonly latencyMs: number | null;
  /** MODEL_STUB_FAULT_STATUS, MODEL_STUB_FAULT_BODY */
  readonly status: number | null;
  readonly body: string | null;
}

export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface Settings {
  readonly listen: ListenAddress;
  /** Null: /opt/ml/model where there is an artifact in it, else the one beside this file. */
  readonly modelDirectory: string | null;
  readonly customerScope: string | null;
  /** Ends the process when standard input ends: whoever started it has died. */
  readonly exitWithStdin: boolean;
  readonly faults: Faults;
}

/** Throws an Error that names the variable. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = (name: string) => environment[name] || null;
  const faultName = given('MODEL_STUB_FAULT');
  const fault = environmentFaults.find((name) => name === faultName) ?? null;
  if (faultName !== null && fault === null) throw new Error(`MODEL_STUB_FAULT must be one of ${environmentFaults.join(', ')}`);
  const faults = given('MODEL_STUB_FAULTS');
  if (faults !== null && faults !== 'by-request') throw new Error('MODEL_STUB_FAULTS must be by-request');
  return {
    listen: readListenAddress(given('MODEL_STUB_LISTEN'), readInteger(environment, 'SAGEMAKER_BIND_TO_PORT', 0, 65_535) ?? 8080),
    modelDirectory: given('MODEL_DIR'),
    customerScope: given('MODEL_CUSTOMER_SCOPE'),
    exitWithStdin: given('MODEL_STUB_EXIT_WITH_STDIN') !== null,
    faults: {
      byRequest: faults === 'by-request',
      name: fault,
      latencyMs: readInteger(environment, 'MODEL_STUB_FAULT_LATENCY_MS', 0, 600_000),
      status: readInteger(environment, 'MODEL_STUB_FAULT_STATUS', 200, 599),
      body: given('MODEL_STUB_FAULT_BODY'),
    },
  };
}

/** `unix:/path` (on Windows a named pipe: `unix:\\.\pipe\name`), else all interfaces: SageMaker's traffic arrives on an interface address. */
function readListenAddress(text: string | null, port: number): ListenAddress {
  if (text === null) return { host: '0.0.0.0', port };
  if (text.startsWith('unix:') && text.length > 'unix:'.length) return { path: text.slice('unix:'.length) };
  throw new Error('MODEL_STUB_LISTEN must be unix:<path>');
}

function readInteger(environment: Readonly<Record<string, string | undefined>>, name: string, min: number, max: number): number | null {
  const text = environment[name];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) throw new Error(`${name} must be a whole number from ${min} to ${max}`);
  return value;
}
