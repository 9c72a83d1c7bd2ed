// argv -> one command of commands/. Errors end here: what, why and how to fix it on standard error, and the exit code.
import { styleText } from 'node:util';
import { Command, CommanderError, Option } from 'commander';
import { ContractError } from '../contracts/contract-error.ts';
import { addContractCommands } from './commands/contract/contract-commands.ts';
import { addTransformFlags, transformModelOptions } from './commands/transform-flags.ts';
import { addValidateFlags, validateModelOptions } from './commands/validate-flags.ts';
import { optionRows } from './config.ts';
import { AirlockError } from './errors.ts';
import { packageVersion } from './package-files.ts';

/** Runs one command to its end. Resolves to the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('airlock')
    .description('Emulates an embedded identity model on AWS: API Gateway, Lambda, SageMaker with the network off, S3.')
    .version(packageVersion())
    .showHelpAfterError('(airlock --help lists the commands)')
    .exitOverride();

  const up = program.command('up').description('start everything and serve until Ctrl-C');
  addSharedOptions(up).action(async (flags: Record<string, unknown>) => {
    const { runUp } = await import('./commands/up.ts');
    exitCode = await runUp(flags);
  });

  const demo = program.command('demo').description('walk the twelve steps from packaging to the stored result, once, on free ports');
  demo.option('--json', 'print one JSON object and nothing else', false);
  addSharedOptions(demo, demoOptions).action(async (flags: Record<string, unknown>) => {
    const { runDemo } = await import('./commands/demo.ts');
    exitCode = await runDemo(flags);
  });

  const transform = program
    .command('transform')
    .description('run a batch transform job over files or s3://, with a sealed container of its own');
  addSharedOptions(addTransformFlags(transform), transformModelOptions).action(async (flags: Record<string, unknown>) => {
    const { runTransformCommand } = await import('./commands/transform.ts');
    exitCode = await runTransformCommand(flags);
  });

  const validate = program.command('validate').description('check a container image before it is submitted to AWS Marketplace');
  addSharedOptions(addValidateFlags(validate), validateModelOptions).action(
    async (image: string | undefined, flags: Record<string, unknown>) => {
      const { runValidate } = await import('./commands/validate.ts');
      exitCode = await runValidate(image, flags);
    },
  );

  addContractCommands(program, (code) => {
    exitCode = code;
  });

  for (const command of program.commands) command.exitOverride().showHelpAfterError(`(airlock ${command.name()} --help lists its options)`);

  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 || error.code === 'commander.help' ? 0 : 2;
    process.stderr.write(describeFailure(error));
    return isExplained(error) ? error.exitCode : 70;
  }
}

/** The demo takes free ports and leaves no file, so it has no options for them. */
const demoOptions = [
  'model',
  'partner',
  'image',
  'modelDirectory',
  'modelMemory',
  'modelCpus',
  'startupTimeout',
  'relayImage',
  's3',
  'template',
  'parameter',
  'logLevel',
  'region',
];

function addSharedOptions(command: Command, only?: readonly string[]): Command {
  for (const row of optionRows) {
    if (only && !only.includes(row.name)) continue;
    const option = new Option(row.flag, row.description);
    if (row.choices) option.choices([...row.choices]);
    if (row.kind === 'list' || row.kind === 'pairs') option.argParser((value: string, before: string[] = []) => [...before, value]);
    if (row.cliDefault !== null && row.kind !== 'list' && row.kind !== 'pairs')
      option.description = `${row.description} (default: ${String(row.cliDefault)})`;
    command.addOption(option);
  }
  return command;
}

function describeFailure(error: unknown): string {
  const paint = (format: 'red' | 'dim', text: string) => styleText(format, text, { stream: process.stderr, validateStream: true });
  if (isExplained(error)) return `${paint('red', 'error')} ${error.message}\n      ${error.hint}\n`;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${paint('red', 'error')} This is a bug in Airlock. Please report it with the lines below.\n${paint('dim', stack)}\n`;
}

/** Errors for whoever runs this, with an exit code of their own; any other is a bug. */
function isExplained(error: unknown): error is AirlockError | ContractError {
  return error instanceof AirlockError || error instanceof ContractError;
}
