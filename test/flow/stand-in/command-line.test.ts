import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runAirlock } from '../run-airlock.ts';
import { contractDirectory, contractText, modelInteractions, tokenInteractions, writeContracts } from './sample-contracts.ts';

const freePorts = ['--port', '0', '--aws-port', '0', '--control-port', '0'];

async function failed(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
  await using airlock = runAirlock(args, options);
  const exitCode = await airlock.exitCode;
  return { exitCode, stderr: airlock.stderr(), stdout: airlock.stdout() };
}

describe('airlock demo with a stand-in on both sides', () => {
  it('walks the twelve steps with the example of the contract, and says that nothing was sealed', async () => {
    const { model, partner } = await writeContracts(4);
    const { exitCode, stdout, stderr } = await failed(['demo', '--json', '--model', model, '--partner', partner]);
    expect(exitCode, stdout + stderr).toBe(0);
    const { sealed, steps } = JSON.parse(stdout);
    expect(sealed).toBe(false);
    expect(steps.map((step: { ok: boolean }) => step.ok)).toEqual(Array.from({ length: 12 }, () => true));
    expect(steps[8].name).toContain('as in the contract');
  });
});

describe('airlock up with a stand-in on both sides', () => {
  it('takes relative paths from the working directory and the variables, and says what is a stand-in', async () => {
    const { directory } = await writeContracts(3);
    await using airlock = runAirlock(['up', ...freePorts, '--log-level', 'warn'], {
      cwd: directory,
      env: { AIRLOCK_MODEL: 'pact:model.json', AIRLOCK_PARTNER: 'pact:./token.json' },
    });
    await airlock.waitFor('Ctrl-C ends everything');
    expect(airlock.stdout()).toMatch(/model \S+ +stand-in from contract model\.json, 3 interactions/);
    expect(airlock.stdout()).toMatch(/token function +stand-in from contract token\.json, 3 interactions/);
    expect(airlock.stdout()).toMatch(/sealed +false/);
  });
});

describe('a contract that cannot stand in ends the start with 2 and one clear line:', () => {
  const rows: readonly [name: string, options: (directory: string) => readonly string[], message: RegExp][] = [
    ['a file that is not there', () => ['--model', 'pact:nowhere.json'], /--model \S*nowhere\.json is not there/],
    ['a file that is not there, for the partner', () => ['--partner', 'pact:nowhere.json'], /--partner \S*nowhere\.json is not there/],
    ['a directory', (directory) => ['--model', `pact:${directory}`], /--model \S+ is no file/],
    ['a file that is no JSON', () => ['--model', 'pact:damaged.json'], /--model: .*damaged\.json/],
    ['a file that is no pact', () => ['--partner', 'pact:other.json'], /--partner: .*other\.json/],
    ["the model's contract for the partner", () => ['--partner', 'pact:model.json'], /model\.json is no contract of a token function/],
    ["the partner's contract for the model", () => ['--model', 'pact:token.json'], /token\.json is no contract of a model container/],
    ['no file', () => ['--model', 'pact:'], /--model is "pact:"/],
    ['no file, for the partner', () => ['--partner', 'pact:'], /--partner is "pact:"/],
    ['another word', () => ['--partner', 'docker'], /--partner is "docker"/],
  ];
  it.each(rows)('%s', async (_name, options, message) => {
    const directory = await contractDirectory();
    await writeFile(join(directory, 'damaged.json'), '{ "consumer": ');
    await writeFile(join(directory, 'other.json'), '{"name":"something"}');
    await writeFile(join(directory, 'model.json'), contractText('acme-model', modelInteractions, 4));
    await writeFile(join(directory, 'token.json'), contractText('acme-tokens', tokenInteractions, 4));
    const { exitCode, stderr } = await failed(['up', ...freePorts, '--log-level', 'silent', ...options(directory)], { cwd: directory });
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
