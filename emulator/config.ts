// All options in one table: the flags of the command line, the AIRLOCK_* variables and startAirlock() read the same one.
import { didYouMean } from './did-you-mean.ts';
import { AirlockError } from './errors.ts';
import { type LogLevel, logLevels } from './log.ts';

/** Fixed names of the local world (binding for tests from outside). */
export const accounts = { partner: '111111111111', customer: '222222222222', stranger: '333333333333' } as const;

/** A template's path, or its text with the path that relative names in it start from. */
export type TemplateOption = string | { readonly path: string; readonly text: string };

export interface AirlockOptions {
  /** Port of the first API in the templates; 0 takes a free one. */
  readonly port?: number;
  readonly awsPort?: number;
  readonly controlPort?: number;
  readonly region?: string;
  /** `process`, or the URL of a running model container. */
  readonly model?: string;
  /** `embedded`. */
  readonly s3?: string;
  /** CloudFormation templates, in order; default the two in infra/. */
  readonly template?: readonly TemplateOption[];
  /** Template parameters. */
  readonly parameter?: Readonly<Record<string, string>>;
  /** Where objects are kept. Default: a temporary directory, removed at the end. */
  readonly dataDir?: string | null;
  /** File that is written in one piece when everything is up. */
  readonly readyFile?: string | null;
  /** AWS profile file with the generated credentials; null writes none. */
  readonly credentialsFile?: string | null;
  readonly logLevel?: LogLevel;
}

export type ResolvedOptions = { readonly [Name in keyof AirlockOptions]-?: Exclude<AirlockOptions[Name], undefined> };

type Kind = 'port' | 'string' | 'choice' | 'list' | 'pairs';

interface OptionRow {
  readonly name: keyof AirlockOptions;
  readonly flag: string;
  readonly kind: Kind;
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
    description: 'process, or the URL of a running model container',
    cliDefault: 'process',
    codeDefault: 'process',
  },
  {
    name: 's3',
    flag: '--s3 <where>',
    kind: 'string',
    description: 'where objects are kept: embedded',
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
    description: 'keep objects here (default: a temporary directory)',
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
  checkModel(resolved.model as string);
  checkRegion(resolved.region as string);
  checkS3(resolved.s3 as string);
  return resolved as ResolvedOptions;
}

function checkValue(row: OptionRow, value: unknown, label: string): unknown {
  if (value === null) return null;
  switch (row.kind) {
    case 'port':
      return toPort(value, label);
    case 'list':
      if (Array.isArray(value)) return value;
      throw new AirlockError('BAD_OPTION', `${label} is ${JSON.stringify(value)}.`, 'It takes a list.');
    case 'pairs':
      if (Array.isArray(value)) return Object.fromEntries(value.map((pair) => toPair(String(pair), label)));
      if (typeof value === 'object') return Object.fromEntries(Object.entries(value as object).map(([name, text]) => [name, String(text)]));
      throw new AirlockError('BAD_OPTION', `${label} is ${JSON.stringify(value)}.`, 'It takes names with values.');
    case 'choice':
      if (row.choices?.includes(String(value))) return value;
      throw new AirlockError('BAD_OPTION', `${label} is "${value}".`, `It can be ${row.choices?.join(', ')}.`);
    case 'string':
      if (typeof value === 'string' && value !== '') return value;
      throw new AirlockError('BAD_OPTION', `${label} is ${JSON.stringify(value)}.`, 'It takes a text.');
  }
}

function toPort(value: unknown, label: string): number {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AirlockError('BAD_OPTION', `${label} is "${value}", which is no port.`, 'Give a number from 0 to 65535; 0 takes a free port.');
}

function toPair(text: string, label: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new AirlockError('BAD_OPTION', `${label} is "${text}".`, `Write it as Name=value, e.g. ${label} AuthorizerTtlSeconds=0.`);
}

function checkS3(s3: string): void {
  if (s3 === 'embedded') return;
  if (/^https?:\/\//.test(s3)) {
    throw new AirlockError(
      'NOT_AVAILABLE',
      'This version keeps objects itself and cannot use another S3.',
      'Leave --s3 out, or use --s3 embedded.',
    );
  }
  throw new AirlockError('BAD_OPTION', `--s3 is "${s3}".`, 'It can be embedded.');
}

function checkRegion(region: string): void {
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return;
  throw new AirlockError('BAD_OPTION', `--region is "${region}", which is no AWS Region.`, 'Write it as us-east-1.');
}

function checkModel(model: string): void {
  if (model === 'process' || /^https?:\/\/[^/]+/.test(model)) return;
  if (model === 'docker') {
    throw new AirlockError(
      'NOT_AVAILABLE',
      'This version runs the model as a sealed process or finds it at a URL, not in Docker.',
      'Use --model process, or start the container yourself and pass its URL.',
    );
  }
  throw new AirlockError(
    'BAD_OPTION',
    `--model is "${model}".`,
    'It can be process, or the URL of a running model container (http://host:port).',
  );
}
