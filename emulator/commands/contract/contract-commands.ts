// `airlock contract …`: flags of each command; the work is in the file of the same name, loaded when it is needed.
import type { Command } from 'commander';

/** `setExitCode` is told what the command ends with. */
export function addContractCommands(program: Command, setExitCode: (code: number) => void): void {
  // Without it `can-i-deploy … --version 1.4.0` is the program's own --version: it would print Airlock's and end with 0, a yes.
  program.enablePositionalOptions();
  const contract = program
    .command('contract')
    .description('verify an implementation against the contracts, and ask whether it may be deployed');
  const list = (value: string, before: string[] = []) => [...before, value];

  contract
    .command('verify')
    .description('verify a provider against its pacts (default: all three, with the handlers and the model that ship with Airlock)')
    .option('--provider <name>', 'partner-token, customer-api or model-container')
    .option('--pact <file>', 'pact to verify against, repeatable (default: the ones that ship with Airlock)', list)
    .option('--function <arn>', 'partner-token: the deployed function, with its alias')
    .option('--handler <file>', 'partner-token: a local handler, run in the emulator in place of the shipped one')
    .option('--url <url>', 'customer-api: base URL of the API; model-container: address of a running container')
    .option('--image <ref>', 'model-container: image, run sealed')
    .option('--aws-url <url>', 'partner-token with --function: another Lambda endpoint than AWS, such as a running Airlock')
    .option('--state-url <url>', 'where provider states are set (default: the emulator that is started)')
    .option('--credentials-file <file>', 'AWS profiles to sign with, such as .airlock/credentials (default: the AWS environment)')
    .option('--only <text>', 'only interactions whose description contains this text; nothing is recorded', list)
    .option('--shipped', 'the implementation that ships with Airlock (the default; to be said where its result is recorded)', false)
    .option(
      '--provider-version <version>',
      'record the result under this version; needs --image, --handler, --function, --url or --shipped',
    )
    .option('--results <dir>', 'where results are recorded (default: contracts/verifications)')
    .option('--timeout <seconds>', 'limit for one answer of the provider (default: 30)')
    .option(
      '--startup-timeout <seconds>',
      'model-container with --image: limit for the container to be ready (default: as the template says)',
    )
    .option('--json', 'print one JSON object and nothing else', false)
    .action(async (flags: Record<string, unknown>) => setExitCode(await (await import('./verify.ts')).runVerify(flags)));

  contract
    .command('can-i-deploy')
    .description('do the recorded results let this version be deployed? Exit code 0 yes, 1 no')
    .requiredOption('--participant <name>', 'customer-init, partner-token, customer-app, customer-api, request-function or model-container')
    .requiredOption('--version <version>', 'the version to deploy')
    .option('--with <name=version>', "a counterpart's version, repeatable (default: the newest recorded)", list)
    .option('--to <environment>', 'with a broker: the environment to deploy to')
    .option('--results <dir>', 'where results are recorded (default: contracts/verifications)')
    .option('--json', 'print one JSON object and nothing else', false)
    .action(async (flags: Record<string, unknown>) => setExitCode(await (await import('./can-i-deploy.ts')).runCanIDeploy(flags)));

  contract
    .command('publish')
    .description("record which contract a consumer's version has; with PACT_BROKER_BASE_URL set, publish it to the broker")
    .requiredOption('--version <version>', "the consumer's version")
    .option('--pact <file>', 'repeatable (default: the ones that ship with Airlock)', list)
    .option('--branch <name>', 'with a broker: branch of the version')
    .option('--results <dir>', 'where results are recorded (default: contracts/verifications)')
    .action(async (flags: Record<string, unknown>) => setExitCode(await (await import('./publish.ts')).runPublish(flags)));

  contract
    .command('diff')
    .description('what changed between two versions of a pact, each change breaking or compatible. Exit code 1 where one is breaking')
    .argument('<old>')
    .argument('<new>')
    .option('--json', 'print one JSON object and nothing else', false)
    .action(async (before: string, after: string, flags: Record<string, unknown>) =>
      setExitCode(await (await import('./diff.ts')).runDiff(before, after, flags)),
    );
}
