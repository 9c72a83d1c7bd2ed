import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findDockerHost } from '../../../emulator/model/docker/docker-host.ts';

const directory = mkdtempSync(join(tmpdir(), 'docker-host-'));
afterAll(() => rmSync(directory, { recursive: true }));

function contextOf(name: string, host: string): void {
  const path = join(directory, 'contexts/meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
}

describe('the address of the Docker daemon', () => {
  const isLinux = process.platform === 'linux';

  it.each([
    ['unix:///run/user/1/docker.sock', { socketPath: '/run/user/1/docker.sock' }, isLinux],
    ['npipe:////./pipe/docker_engine', { socketPath: '//./pipe/docker_engine' }, false],
    ['tcp://10.0.0.1:2375', { protocol: 'http', host: '10.0.0.1', port: 2375 }, false],
    ['tcp://docker', { protocol: 'http', host: 'docker', port: 2375 }, false],
    ['10.0.0.1:4243', { protocol: 'http', host: '10.0.0.1', port: 4243 }, false],
    ['tcp://[::1]:2375', { protocol: 'http', host: '::1', port: 2375 }, false],
    ['ssh://me@build', { protocol: 'ssh', sshOptions: { hostname: 'build' }, port: 22, username: 'me' }, false],
    ['ssh://[::1]:2222', { protocol: 'ssh', sshOptions: { hostname: '::1' }, port: 2222 }, false],
  ])('%s of DOCKER_HOST is read as the docker command does', (address, options, isLocalSocket) => {
    expect(findDockerHost({ DOCKER_HOST: address })).toMatchObject({ address, options, isLocalSocket });
  });

  it('is the current context where DOCKER_HOST is not set', () => {
    contextOf('remote', 'tcp://10.0.0.2:2375');
    writeFileSync(join(directory, 'config.json'), '{"currentContext":"remote"}');
    expect(findDockerHost({ DOCKER_CONFIG: directory }).options).toMatchObject({ host: '10.0.0.2' });
    expect(findDockerHost({ DOCKER_CONFIG: directory, DOCKER_HOST: 'tcp://10.0.0.3' }).options).toMatchObject({ host: '10.0.0.3' });
    expect(findDockerHost({ DOCKER_CONFIG: directory, DOCKER_CONTEXT: 'default' }).options).toMatchObject({
      socketPath: expect.any(String),
    });
  });

  it.each([
    ['config.json', '{ broken'],
    ['config.json', '[]'.slice(1)],
    ['config.json', 'null'],
    ['config.json', '{"currentContext":7}'],
    ['contexts/meta/ID/meta.json', '{"Endpoints":'],
    ['contexts/meta/ID/meta.json', '{"Endpoints":{"docker":{"Host":7}}}'],
  ])('is one line with the path where %s holds %s', (name, text) => {
    const broken = mkdtempSync(join(directory, 'broken-'));
    const path = join(broken, name.replace('ID', createHash('sha256').update('mine').digest('hex')));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(join(broken, 'config.json'), '{"currentContext":"mine"}');
    writeFileSync(path, text);
    expect(() => findDockerHost({ DOCKER_CONFIG: broken })).toThrow(
      expect.objectContaining({ code: 'NOT_AVAILABLE', message: expect.stringContaining(`${path} cannot be read as JSON: `) }),
    );
  });

  it.each([
    [{ DOCKER_HOST: 'ftp://x' }, /its address is "ftp:\/\/x"/],
    [{ DOCKER_HOST: 'tcp://' }, /its address is "tcp:\/\/"/],
    [{ DOCKER_CONFIG: directory, DOCKER_CONTEXT: 'missing' }, /the context "missing" has no address/],
    [{ DOCKER_HOST: 'tcp://x', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: directory }, /TLS certificates cannot be read/],
  ])('that cannot be used is one line: %j', (environment, line) => {
    expect(() => findDockerHost(environment)).toThrow(
      expect.objectContaining({ code: 'NOT_AVAILABLE', message: expect.stringMatching(line) }),
    );
  });
});
