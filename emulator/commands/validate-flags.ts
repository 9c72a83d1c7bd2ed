// Flags of `airlock validate` -> what is asked. Loaded with the command line: nothing heavy is imported here.
import { type Command, Option } from 'commander';
import { resolveCommandLine } from '../config.ts';
import { didYouMean } from '../did-you-mean.ts';
import { AirlockError } from '../errors.ts';
import { type LogLevel, logLevels } from '../log.ts';
import { memoryBytes } from '../option-values.ts';
import { type ReportFormat, reportFormats, type ValidateOptions } from '../validate/validate-options.ts';

/** Options of `airlock up` that mean the same here. */
export const validateModelOptions = ['modelDirectory', 'modelMemory', 'modelCpus', 'relayImage'];

const examples = `
Examples:
  airlock validate my-image:1
  airlock validate my-image:1 --samples samples --package package.json --format text,junit,html --out reports
  airlock validate my-image:1 --only serves-on-ping --format json
  airlock validate --init .

Formats other than text are files in --out: validate.json, validate.xml (JUnit), validate.sarif, validate.html. One of them without --out goes to standard output.
Exit code: 0 no check failed, 1 some failed, 2 wrong usage, 3 no Docker or no image here, 70 a bug of Airlock, 130 Ctrl-C.
`;

export function addValidateFlags(command: Command): Command {
  const list = (value: string, before: string[] = []) => [...before, value];
  return command
    .argument('[image]', 'image as docker run takes it; pulled where it is not here')
    .option('--samples <dir>', 'sample requests, with expected answers where you have them')
    .option('--package <file>', 'the CreateModelPackage request as JSON, or the CloudFormation template')
    .option('--format <formats>', `${reportFormats.join(', ')}; several with commas (default: text, with --out all)`, list)
    .option('--out <dir>', 'directory for the reports, made where it is not there')
    .option('--only <id>', 'only this check, repeatable', list)
    .option('--skip <id>', 'not this check, repeatable', list)
    .option('--timeout <seconds>', "until the container's first 200 from /ping, up to 3600 (default: 480, as on SageMaker)")
    .option('--environment <name=value>', 'variable of the container, as the model package sets it, repeatable', list)
    .option('--model-archive <file>', 'the .tar.gz for ModelDataUrl, to be looked at')
    .option('--metering-dimension <name>', 'of a listing that is priced per inference')
    .option('--list', 'list the checks and end', false)
    .option('--init <dir>', 'write a samples folder and a package file to start from, and end')
    .addOption(
      new Option('--log-level <level>', 'what is logged (default: error; debug has what the container writes)').choices([...logLevels]),
    )
    .addHelpText('after', examples);
}

export interface ValidateRequest {
  readonly options: ValidateOptions;
  readonly formats: readonly ReportFormat[];
  /** Null: nothing is written to files. */
  readonly out: string | null;
  readonly logLevel: LogLevel;
}

type Flags = Readonly<Record<string, unknown>>;

/** @throws AirlockError BAD_OPTION */
export function readValidateFlags(image: string | undefined, flags: Flags, env: NodeJS.ProcessEnv): ValidateRequest {
  if (image === undefined) {
    const hint = 'airlock validate my-image:1; --list lists the checks, --init DIR writes files to start from.';
    throw new AirlockError('BAD_OPTION', 'No image was named.', hint);
  }
  const out = textOf(flags.out, '--out');
  const formats = formatsOf(flags.format, out);
  const timeout = textOf(flags.timeout, '--timeout');
  if (timeout !== null && !(Number(timeout) > 0 && Number(timeout) <= 3_600)) {
    throw new AirlockError('BAD_OPTION', `--timeout is "${timeout}".`, 'Write it in seconds, up to 3600 as on SageMaker.');
  }
  const resolved = resolveCommandLine({ ...flags, model: 'docker', image, ...(timeout !== null && { startupTimeout: timeout }) }, env, {
    logLevel: 'error',
  });
  return {
    ...{ formats, out, logLevel: resolved.logLevel },
    options: {
      image,
      samples: textOf(flags.samples, '--samples'),
      packageFile: textOf(flags.package, '--package'),
      only: idsOf(flags.only),
      skip: idsOf(flags.skip),
      startupTimeoutMs: Number(resolved.startupTimeout ?? 480) * 1_000,
      modelDirectory: resolved.modelDirectory,
      modelArchive: textOf(flags.modelArchive, '--model-archive'),
      meteringDimension: textOf(flags.meteringDimension, '--metering-dimension'),
      environment: environmentOf(flags.environment),
      memoryBytes: resolved.modelMemory === null ? null : memoryBytes(resolved.modelMemory),
      cpus: resolved.modelCpus === null ? null : Number(resolved.modelCpus),
      relayImage: resolved.relayImage,
    },
  };
}

/** Each once, in the order given. */
export function formatsOf(value: unknown, out: string | null): readonly ReportFormat[] {
  const given = idsOf(value);
  const unknown = given.find((format) => !reportFormats.includes(format as ReportFormat));
  if (unknown !== undefined) {
    throw new AirlockError(
      'BAD_OPTION',
      `--format ${unknown}: there is no such format.${didYouMean(unknown, reportFormats)}`,
      `Formats: ${reportFormats.join(', ')}.`,
    );
  }
  if (given.length === 0) return out === null ? ['text'] : reportFormats;
  const formats = [...new Set(given as readonly ReportFormat[])];
  if (out === null && formats.length > 1) {
    throw new AirlockError(
      'BAD_OPTION',
      `--format ${formats.join(',')} is more than standard output can hold.`,
      'Add --out DIR for the files.',
    );
  }
  if (out !== null && formats.every((format) => format === 'text')) {
    throw new AirlockError(
      'BAD_OPTION',
      `--out ${out} would stay empty: text goes to standard output.`,
      'Add another --format, or leave --out out.',
    );
  }
  return formats;
}

function textOf(value: unknown, flag: string): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new AirlockError('BAD_OPTION', `${flag} is ${JSON.stringify(value)}.`, 'Give it a value, or leave it out.');
}

/** Of a repeatable flag; each may hold several with commas. */
function idsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((text) => String(text).split(',')).map((id) => id.trim());
}

/** Limits: API reference, ModelPackageContainerDefinition, Environment: 100 entries, names and values of 1024 characters. The value is not repeated. */
function environmentOf(value: unknown): Readonly<Record<string, string>> {
  const pairs = Array.isArray(value) ? value.map(String) : [];
  if (pairs.length > 100)
    throw new AirlockError('BAD_OPTION', `There are ${pairs.length} --environment.`, 'A model package takes 100 at most.');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, text = ''] = /^([a-zA-Z_][a-zA-Z0-9_]{0,1023})=([\s\S]{0,1024})$/.exec(pair) ?? [];
      if (name !== undefined) return [name, text];
      throw new AirlockError(
        'BAD_OPTION',
        `--environment "${pair.split('=')[0]?.slice(0, 60)}" cannot be set.`,
        'Write it as NAME=VALUE: letters, digits and _ in the name, 1024 characters at most in the value.',
      );
    }),
  );
}
