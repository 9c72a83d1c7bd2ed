// Flags of `airlock transform` -> the job. What CreateTransformJob would refuse is refused here in the words of the flags.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { AirlockError } from '../errors.ts';
import { logLevels } from '../log.ts';
import { invocationsRetriesMaxDefault, invocationsTimeoutSecondsDefault } from '../sagemaker/control-plane/read-transform-job.ts';
import type { TransformDefinition } from '../sagemaker/transform/transform-definition.ts';

const splitTypes = ['None', 'Line', 'RecordIO', 'TFRecord'] as const;
const batchStrategies = ['MultiRecord', 'SingleRecord'] as const;
const assemblies = ['None', 'Line'] as const;
const compressions = ['None', 'Gzip'] as const;

/** Options of `airlock up` that mean the same here; --log-level has another default and is below. */
export const transformModelOptions = [
  'model',
  'image',
  'modelDirectory',
  'modelMemory',
  'modelCpus',
  'startupTimeout',
  'relayImage',
  'credentialsFile',
  'region',
];

const examples = `
Examples:
  airlock transform --input customers.csv --output results --split-type Line
  airlock transform --input records/ --output results --content-type application/jsonlines --split-type Line --assemble-with Line
  airlock transform --model docker --image my-model:1 --input s3://my-bucket/input/ --output s3://my-bucket/output/

Each input FILE becomes FILE.out, in the same order of records. A file with a record that the model refuses has no output; the others have theirs.
Outputs of an earlier run that would be replaced are removed before the first request, so that every FILE.out is of this run; in s3:// they stay.
s3:// is the S3 of a running Airlock (airlock up), as its customer-admin. Nothing here ever calls AWS.
Exit code: 0 all done, 1 an input has no output, 2 wrong usage, 3 something needed is missing here, 130 Ctrl-C.
`;

export function addTransformFlags(command: Command): Command {
  const choice = (flag: string, description: string, values: readonly string[]) =>
    command.addOption(new Option(flag, description).choices([...values]));
  command
    .requiredOption('--input <where>', 'a file, a directory, or s3://BUCKET/PREFIX', once)
    .requiredOption('--output <where>', 'a directory, made where it is not there, or s3://BUCKET/PREFIX', once)
    .option('--content-type <type>', "media type of the input (default: by its files' ending .csv, .jsonl or .json)")
    .option('--accept <type>', 'media type that the model is asked for');
  choice('--split-type <type>', 'where a record ends (default: None, one request an input)', splitTypes);
  choice(
    '--batch-strategy <strategy>',
    'as many records a request as fit, or one (default: as the container says, else MultiRecord)',
    batchStrategies,
  );
  command
    .option('--max-payload-in-mb <n>', 'of one request, up to 100; 0 sends any size in chunks (default: as the container says, else 6)')
    .option('--max-concurrent-transforms <n>', 'requests at a time (default: as the container says, else 1)');
  choice('--assemble-with <how>', 'what stands between the answers of one input (default: None)', assemblies);
  choice('--compression-type <type>', 'of the input (default: None)', compressions);
  choice('--log-level <level>', 'what is logged (default: warn; debug has what the container writes)', logLevels);
  return command
    .option('--manifest', 'the input is a manifest: a JSON array that names the objects', false)
    .option('--environment <name=value>', 'variable of the container, repeatable, 16 at most', (value: string, before: string[] = []) => [
      ...before,
      value,
    ])
    .option('--invocation-timeout <seconds>', 'of one request, 1 to 3600 (default: 600)')
    .option('--invocation-retries <n>', 'after a failed request, 0 to 3 (default: 3)')
    .option('--aws-url <url>', 'AWS endpoint of the Airlock that has s3:// (default: http://127.0.0.1:4570)')
    .option('--json', 'print one JSON object and nothing else', false)
    .addHelpText('after', examples);
}

/** Of two, the first would be left out. */
function once(value: string, before: string | undefined): string {
  if (before === undefined) return value;
  throw new InvalidArgumentError('It can be given once: name a directory.');
}

/** The job without the places, which are looked at first. */
export type TransformSettings = Omit<TransformDefinition, 'input' | 'output'> & {
  readonly input: Omit<TransformDefinition['input'], 'location'>;
  readonly output: Omit<TransformDefinition['output'], 'location'>;
};

/** @throws AirlockError BAD_OPTION */
export function readTransformFlags(flags: Readonly<Record<string, unknown>>): TransformSettings {
  const maxPayloadInMB = integerOf(flags.maxPayloadInMb, '--max-payload-in-mb', { min: 0, max: 100 });
  const maxConcurrentTransforms = integerOf(flags.maxConcurrentTransforms, '--max-concurrent-transforms', { min: 0, max: 10_000 });
  // Source: API reference, CreateTransformJob.
  if (maxPayloadInMB !== null && maxConcurrentTransforms !== null && maxPayloadInMB * maxConcurrentTransforms > 100) {
    throw new AirlockError(
      'BAD_OPTION',
      `--max-payload-in-mb ${maxPayloadInMB} times --max-concurrent-transforms ${maxConcurrentTransforms} is more than 100.`,
      'SageMaker holds no more than 100 MB at a time: lower one of them.',
    );
  }
  return {
    input: {
      kind: flags.manifest === true ? 'manifest' : 'prefix',
      contentType: textOf(flags.contentType, '--content-type'),
      compression: choiceOf(flags.compressionType, compressions) ?? 'None',
      splitType: choiceOf(flags.splitType, splitTypes) ?? 'None',
    },
    output: {
      accept: textOf(flags.accept, '--accept'),
      assembleWith: choiceOf(flags.assembleWith, assemblies) ?? 'None',
      kmsKeyId: null,
    },
    batchStrategy: choiceOf(flags.batchStrategy, batchStrategies),
    maxPayloadInMB,
    maxConcurrentTransforms,
    invocationTimeoutSeconds:
      integerOf(flags.invocationTimeout, '--invocation-timeout', { min: 1, max: 3_600 }) ?? invocationsTimeoutSecondsDefault,
    invocationRetriesMax: integerOf(flags.invocationRetries, '--invocation-retries', { min: 0, max: 3 }) ?? invocationsRetriesMaxDefault,
    environment: environmentOf(flags.environment),
  };
}

/** Null where it was not given. @throws AirlockError BAD_OPTION for an empty one */
export function textOf(value: unknown, flag: string): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && value.trim() !== '' && !/[\r\n]/.test(value)) return value;
  throw new AirlockError('BAD_OPTION', `${flag} is ${JSON.stringify(value)}.`, 'Give it a value, or leave it out.');
}

/** The command line has let through no other. */
function choiceOf<T extends string>(value: unknown, values: readonly T[]): T | null {
  return values.find((each) => each === value) ?? null;
}

function integerOf(value: unknown, flag: string, { min, max }: { readonly min: number; readonly max: number }): number | null {
  if (value === undefined) return null;
  const number = /^\d{1,9}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new AirlockError('BAD_OPTION', `${flag} is "${String(value)}".`, `Write a whole number from ${min} to ${max}.`);
}

/** Limits: botocore sagemaker/2017-07-24 service-2.json, TransformEnvironmentMap. */
function environmentOf(value: unknown): Readonly<Record<string, string>> {
  const pairs = Array.isArray(value) ? value.map(String) : [];
  if (pairs.length > 16)
    throw new AirlockError('BAD_OPTION', `There are ${pairs.length} --environment.`, 'A transform job takes 16 at most.');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, text = ''] = /^([a-zA-Z_][a-zA-Z0-9_]{0,1023})=([\s\S]{0,10240})$/.exec(pair) ?? [];
      if (name !== undefined) return [name, text];
      throw new AirlockError(
        'BAD_OPTION',
        `--environment is "${pair.slice(0, 60)}".`,
        'Write it as NAME=VALUE: letters, digits and _ in the name, 10240 characters at most in the value.',
      );
    }),
  );
}
