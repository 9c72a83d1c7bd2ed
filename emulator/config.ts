// All options in one table: the flags of the command line, the AIRLOCK_* variables and startAirlock() read the same one.
import { didYouMean } from './did-you-mean.ts';
import { AirlockError } from './errors.ts';
import { type LogLevel, logLevels } from './log.ts';
import { checkEventRetryWait, checkModelOptions, checkPartner, checkRegion, checkS3, checkValue } from './option-values.ts';

/** Fixed names of the local world (binding for tests from outside). */
export const accounts = { partner: '111111111111', customer: '222222222222', stranger: '333333333333' } as const;

/** A template's path, or its text with the path that relative names in it start from. */
export type TemplateOption = string | { readonly path: string; readonly text: string };

export interface AirlockOptions {
  /** Port of the first API in the templates; 0 takes a free one. */
  readonly port?: number;
  readonly awsPort?: number;
  readonly controlPort?: number;
  /**
   * Address that everything listens on. Anything but 127.0.0.1 lets other machines in, to the control server as well: its guard against
   * web pages looks at Host, which a program of another machine can choose.
   */
  readonly host?: string;
  readonly region?: string;
  /** `process`, `docker`, the URL of a running model container, `unix:DIR` for a relay's directory, or `pact:FILE` for a stand-in. */
  readonly model?: string;
  /** The token function: `template` runs the templates' own, `pact:FILE` answers in its place from the partner's contract. */
  readonly partner?: string;
  /** Image of the model; with `model: 'docker'`. */
  readonly image?: string | null;
  /** Directory with the unpacked model artifact, read-only at /opt/ml/model of the container; null mounts what the image has there. */
  readonly modelDirectory?: string | null;
  /** Memory limit of the container in bytes, or with k, m, g; null sets none. */
  readonly modelMemory?: string | null;
  /** CPU limit of the container, e.g. 1.5; null sets none. */
  readonly modelCpus?: string | null;
  /** Until the first 200 from /ping, in seconds; null takes the template's, else SageMaker's 480. */
  readonly startupTimeout?: string | null;
  /** Image with Node that the relay runs in, beside the sealed container. */
  readonly relayImage?: string;
  /** `embedded`, or the URL of another S3 such as LocalStack's. */
  readonly s3?: string;
  /** CloudFormation templates, in order; default the two in infra/. */
  readonly template?: readonly TemplateOption[];
  /** Template parameters. */
  readonly parameter?: Readonly<Record<string, string>>;
  /** Where objects and unfinished events are kept. Default: a temporary directory, removed at the end. */
  readonly dataDir?: string | null;
  /** File that is written in one piece when everything is up. */
  readonly readyFile?: string | null;
  /** AWS profile file with the generated credentials; null writes none. */
  readonly credentialsFile?: string | null;
  /** Before Lambda tries a failed event again the first time, in seconds; the second time it is twice that. 0 does not wait. */
  readonly eventRetryWait?: string;
  readonly logLevel?: LogLevel;
}

export type ResolvedOptions = { readonly [Name in keyof AirlockOptions]-?: Exclude<AirlockOptions[Name], undefined> };

export type OptionKind = 'port' | 'string' | 'choice' | 'list' | 'pairs';

export interface OptionRow {
  readonly name: keyof AirlockOptions;
  readonly flag: string;
  readonly kind: OptionKind;
  readonly choices?: readonly string[];
  readonly description: string;
  /** What the command line uses where nothing is given; startAirlock() takes free ports and writes no file. */
  readonly cliDefault: unknown;
  readonly codeDefault: unknown;
}

export const optionRows: readonly OptionRow[] = [
  {
    name: 'port',
    flag: '--port <n>',
    kind: 'port',
    description: 'port of the customer API; 0 takes a free one',
    cliDefault: 3000,
    codeDefault: 0,
  },
  { name: 'awsPort', flag: '--aws-port <n>', kind: 'port', description: 'port of the AWS endpoint', cliDefault: 4570, codeDefault: 0 },
  {
    name: 'controlPort',
    flag: '--control-port <n>',
    kind: 'port',
    description: 'port of /health and /traces',
    cliDefault: 3002,
    codeDefault: 0,
  },
  {
    name: 'host',
    flag: '--host <address>',
    kind: 'string',
    description: 'address to listen on; anything but 127.0.0.1 lets other machines in, also to mint tokens and set provider states',
    cliDefault: '127.0.0.1',
    codeDefault: '127.0.0.1',
  },
  {
    name: 'region',
    flag: '--region <name>',
    kind: 'string',
    description: 'AWS Region to be',
    cliDefault: 'us-east-1',
    codeDefault: 'us-east-1',
  },
  {
    name: 'model',
    flag: '--model <how>',
    kind: 'string',
    description: 'process, docker, the URL of a running model container, unix:DIR of a relay, or pact:FILE for a stand-in from a contract',
    cliDefault: 'process',
    codeDefault: 'process',
  },
  {
    name: 'partner',
    flag: '--partner <how>',
    kind: 'string',
    description: "the partner's token function: template, or pact:FILE for a stand-in from a contract",
    cliDefault: 'template',
    codeDefault: 'template',
  },
  {
    name: 'image',
    flag: '--image <ref>',
    kind: 'string',
    description: "the model's image, with --model docker",
    cliDefault: null,
    codeDefault: null,
  },
  {
    name: 'modelDirectory',
    flag: '--model-directory <dir>',
    kind: 'string',
    description: 'unpacked model artifact, read-only at /opt/ml/model of the container (default: what the image has there)',
    cliDefault: null,
    codeDefault: null,
  },
  {
    name: 'modelMemory',
    flag: '--model-memory <size>',
    kind: 'string',
    description: 'memory limit of the container, e.g. 512m or 4g',
    cliDefault: null,
    codeDefault: null,
  },
  {
    name: 'modelCpus',
    flag: '--model-cpus <n>',
    kind: 'string',
    description: 'CPU limit of the container, e.g. 1.5',
    cliDefault: null,
    codeDefault: null,
  },
  {
    name: 'startupTimeout',
    flag: '--startup-timeout <seconds>',
    kind: 'string',
    description: "until the model's first 200 from /ping (default: the template's, else 480); another S3 is waited for 60 at most",
    cliDefault: null,
    codeDefault: null,
  },
  {
    name: 'relayImage',
    flag: '--relay-image <ref>',
    kind: 'string',
    description: 'image with Node for the relay beside the sealed container',
    cliDefault: 'node:24-bookworm-slim',
    codeDefault: 'node:24-bookworm-slim',
  },
  {
    name: 's3',
    flag: '--s3 <where>',
    kind: 'string',
    description: 'where objects are kept: embedded, or the URL of another S3 such as LocalStack',
    cliDefault: 'embedded',
    codeDefault: 'embedded',
  },
  {
    name: 'template',
    flag: '--template <file>',
    kind: 'list',
    description: 'CloudFormation template, repeatable (default: the two in infra/)',
    cliDefault: [],
    codeDefault: [],
  },
  {
    name: 'parameter',
    flag: '--parameter <name=value>',
    kind: 'pairs',
    description: 'template parameter, repeatable',
    cliDefault: {},
    codeDefault: {},
  },
  {
    name: 'dataDir',
    flag: '--data-dir <dir>',
    kind: 'string',
    description: 'keep objects, unfinished events and transform jobs here (default: a temporary directory)',
    cliDefault: null,
    codeDefault: null,
  },
  {
    name: 'readyFile',
    flag: '--ready-file <file>',
    kind: 'string',
    description: 'write URLs and credentials here when everything is up',
    cliDefault: null,
    codeDefault: null,
  },
  {
    name: 'credentialsFile',
    flag: '--credentials-file <file>',
    kind: 'string',
    description: 'AWS profiles of the local principals, mode 0600',
    cliDefault: '.airlock/credentials',
    codeDefault: null,
  },
  {
    name: 'eventRetryWait',
    flag: '--event-retry-wait <seconds>',
    kind: 'string',
    description: 'before a failed asynchronous invocation is tried again; the second time twice that',
    cliDefault: '60',
    codeDefault: '60',
  },
  {
    name: 'logLevel',
    flag: '--log-level <level>',
    kind: 'choice',
    choices: logLevels,
    description: logLevels.join(', '),
    cliDefault: 'info',
    codeDefault: 'silent',
  },
];

/** AIRLOCK_AWS_PORT for awsPort. */
function variableOf(name: string): string {
  return `AIRLOCK_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * Options of startAirlock(): what is given, else free ports and no files. The environment is not read.
 * @throws AirlockError BAD_OPTION
 */
export function resolveOptions(given: AirlockOptions): ResolvedOptions {
  if (typeof given !== 'object' || given === null)
    throw new AirlockError('BAD_OPTION', `startAirlock() was given ${given}.`, 'It takes an object of options, or nothing.');
  const names: string[] = optionRows.map((row) => row.name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new AirlockError('BAD_OPTION', `There is no option "${unknown}".${didYouMean(unknown, names)}`, `Options: ${names.join(', ')}.`);
  }
  return resolve(
    (row) => given[row.name] ?? row.codeDefault,
    (row) => row.name,
  );
}

/**
 * Options of the command line: flag, then AIRLOCK_* variable, then the command's own default, then the general one.
 * @throws AirlockError BAD_OPTION
 */
export function resolveCommandLine(
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
  defaults: Partial<ResolvedOptions> = {},
): ResolvedOptions {
  checkVariables(Object.keys(environment));
  return resolve(
    (row) => flags[row.name] ?? fromVariable(row, environment[variableOf(row.name)]) ?? defaults[row.name] ?? row.cliDefault,
    (row) => (flags[row.name] === undefined ? variableOf(row.name) : (row.flag.split(' ')[0] ?? row.flag)),
  );
}

/** Variables of ours with other names exist (AIRLOCK_REQUIRE); one that looks like an option's is a typing mistake. */
function checkVariables(names: readonly string[]): void {
  const known = optionRows.map((row) => variableOf(row.name));
  for (const name of names) {
    if (!name.startsWith('AIRLOCK_') || known.includes(name)) continue;
    const near = didYouMean(
      name.slice('AIRLOCK_'.length),
      known.map((variable) => variable.slice('AIRLOCK_'.length)),
    );
    if (near !== '')
      throw new AirlockError(
        'BAD_OPTION',
        `There is no option for the variable ${name}.${near.replace('mean ', 'mean AIRLOCK_')}`,
        `Options: ${known.join(', ')}.`,
      );
  }
}

function fromVariable(row: OptionRow, value: string | undefined): unknown {
  if (value === undefined || value === '') return undefined;
  if (row.kind === 'list' || row.kind === 'pairs') return value.split(',');
  return value;
}

function resolve(valueFor: (row: OptionRow) => unknown, labelOf: (row: OptionRow) => string): ResolvedOptions {
  const resolved: Record<string, unknown> = {};
  for (const row of optionRows) resolved[row.name] = checkValue(row, valueFor(row), labelOf(row));
  const options = resolved as ResolvedOptions;
  checkRegion(options.region);
  checkModelOptions(options);
  checkPartner(options);
  checkS3(options);
  checkEventRetryWait(options);
  return options;
}
