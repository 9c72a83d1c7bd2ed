// A small image for one test: a program for Node, called as SageMaker calls it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { relayImage } from './docker-fixture.ts';

export interface ImageSource {
  readonly program?: string;
  /** The whole of it; default: Node runs the program. */
  readonly dockerfile?: string;
  readonly platform?: string;
}

const runsProgram = `FROM ${relayImage}\nCOPY serve.mjs /serve.mjs\nENTRYPOINT ["node", "/serve.mjs"]\n`;

/** Its name. Built once and then from Docker's cache: the same name is always the same image. */
export function inlineImage(name: string, { program = '', dockerfile = runsProgram, platform }: ImageSource): string {
  const directory = mkdtempSync(join(tmpdir(), 'inline-image-'));
  try {
    writeFileSync(join(directory, 'serve.mjs'), program);
    writeFileSync(join(directory, 'Dockerfile'), dockerfile);
    const reference = `airlock-test-inline/${name}`;
    const onPlatform = platform === undefined ? [] : ['--platform', platform];
    execFileSync('docker', ['build', '--quiet', ...onPlatform, '--tag', reference, directory], { stdio: 'pipe' });
    return reference;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
