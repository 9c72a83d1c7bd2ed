import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { registryLogin } from '../../../emulator/model/docker/registry-login.ts';

const directory = mkdtempSync(join(tmpdir(), 'registry-login-'));
afterAll(() => rmSync(directory, { recursive: true }));

function directoryWith(text: string): string {
  const made = mkdtempSync(join(directory, 'case-'));
  writeFileSync(join(made, 'config.json'), text);
  return made;
}

describe('the login for a registry', () => {
  it('is what docker login left for it', () => {
    const auth = Buffer.from('me:a:b').toString('base64');
    const made = directoryWith(JSON.stringify({ auths: { 'registry:5000': { auth }, 'https://index.docker.io/v1/': {} } }));
    expect(registryLogin('registry:5000/a:1', made)).toEqual({ username: 'me', password: 'a:b', serveraddress: 'registry:5000' });
    expect(registryLogin('a:1', made)).toBeNull();
    expect(registryLogin('a:1', join(made, 'nowhere'))).toBeNull();
  });

  it.each(['{"auths": {"registry:5000": {"auth": 123}}}', '{"auths": {"registry:5000"', '"text"', ''])(
    'is one line with the path where config.json holds %s',
    (text) => {
      const made = directoryWith(text);
      expect(() => registryLogin('registry:5000/a:1', made)).toThrow(
        expect.objectContaining({
          code: 'NOT_AVAILABLE',
          message: expect.stringContaining(`${join(made, 'config.json')} cannot be read as JSON: `),
        }),
      );
    },
  );
});
