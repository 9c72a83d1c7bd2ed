// Where the Docker daemon is, as the docker command line finds it: DOCKER_HOST, else the current context, else the default socket.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DockerOptions } from 'dockerode';
import { AirlockError } from '../../errors.ts';
import { isTextOrNone, readDockerConfig } from './docker-config.ts';

export interface DockerHost {
  /** As in DOCKER_HOST, e.g. unix:///var/run/docker.sock. */
  readonly address: string;
  readonly options: DockerOptions;
  /** The daemon sees our files, so a socket in a bind mount may work. */
  readonly isLocalSocket: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** @throws AirlockError NOT_AVAILABLE for an address or a context that cannot be used */
export function findDockerHost(environment: Environment = process.env): DockerHost {
  const given = environment.DOCKER_HOST;
  if (given) return parseAddress(given, tlsOfEnvironment(environment));
  const configDirectory = environment.DOCKER_CONFIG || join(homedir(), '.docker');
  const context = environment.DOCKER_CONTEXT || currentContext(configDirectory);
  if (context === null || context === 'default') return parseAddress(defaultAddress(), null);
  return hostOfContext(configDirectory, context);
}

function defaultAddress(): string {
  if (process.platform === 'win32') return 'npipe:////./pipe/docker_engine';
  // Docker Desktop's, where it was not allowed to make the system-wide link.
  const ofUser = join(homedir(), '.docker/run/docker.sock');
  return `unix://${!existsSync('/var/run/docker.sock') && existsSync(ofUser) ? ofUser : '/var/run/docker.sock'}`;
}

function parseAddress(address: string, tls: TlsFiles | null): DockerHost {
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/.exec(address) ?? [];
  if (scheme === 'unix' || scheme === 'npipe') {
    const fallback = scheme === 'unix' ? '/var/run/docker.sock' : '//./pipe/docker_engine';
    return { address, options: { socketPath: rest || fallback }, isLocalSocket: scheme === 'unix' && process.platform === 'linux' };
  }
  const text = `${scheme}://${rest}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === '' || !['tcp', 'http', 'https', 'ssh'].includes(scheme)) {
    throw new AirlockError(
      'NOT_AVAILABLE',
      `Docker cannot be reached: its address is "${address}"`,
      'Write DOCKER_HOST as unix:///var/run/docker.sock, tcp://HOST:2375 or ssh://USER@HOST, or unset it.',
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (scheme === 'ssh') {
    const agent = process.env.SSH_AUTH_SOCK;
    const user = url.username ? { username: decodeURIComponent(url.username) } : {};
    // Of `host` docker-modem makes a URL that Node warns of where it is a mere name; ssh2 goes to `hostname`.
    const sshOptions = { hostname: host, ...(agent && { agent }) };
    const port = Number(url.port || 22);
    return { address, isLocalSocket: false, options: { protocol: 'ssh', host: 'http://docker', port, ...user, sshOptions } };
  }
  const isTls = scheme === 'https' || tls !== null;
  const port = Number(url.port || (isTls ? 2376 : 2375));
  return { address, isLocalSocket: false, options: { protocol: isTls ? 'https' : 'http', host, port, ...tls } };
}

function tlsOfEnvironment(environment: Environment): TlsFiles | null {
  if (!environment.DOCKER_TLS_VERIFY && !environment.DOCKER_TLS) return null;
  return readTls(environment.DOCKER_CERT_PATH || environment.DOCKER_CONFIG || join(homedir(), '.docker'));
}

function readTls(directory: string): TlsFiles {
  try {
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFileSync(join(directory, name)));
    return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  } catch (error) {
    throw new AirlockError(
      'NOT_AVAILABLE',
      `Docker's TLS certificates cannot be read: ${(error as Error).message}`,
      'Set DOCKER_CERT_PATH to the directory of ca.pem, cert.pem and key.pem, or unset DOCKER_TLS_VERIFY.',
      { cause: error },
    );
  }
}

function currentContext(configDirectory: string): string | null {
  const path = join(configDirectory, 'config.json');
  const config = readDockerConfig<{ currentContext?: string }>(path, ({ currentContext }) => isTextOrNone(currentContext));
  return config?.currentContext || null;
}

/** contexts/meta/<sha256 of the name>/meta.json, with its certificates in contexts/tls/. Source: docker/cli, cli/context/store. */
function hostOfContext(configDirectory: string, name: string): DockerHost {
  const id = createHash('sha256').update(name).digest('hex');
  type Meta = { Endpoints?: { docker?: { Host?: string } } };
  const path = join(configDirectory, 'contexts/meta', id, 'meta.json');
  const meta = readDockerConfig<Meta>(path, (found) => isTextOrNone((found as Meta).Endpoints?.docker?.Host));
  const address = meta?.Endpoints?.docker?.Host;
  if (!address) {
    throw new AirlockError(
      'NOT_AVAILABLE',
      `Docker cannot be reached: the context "${name}" has no address in ${configDirectory}`,
      'See "docker context ls"; "docker context use default" goes back to the local daemon, or set DOCKER_HOST.',
    );
  }
  const tlsDirectory = join(configDirectory, 'contexts/tls', id, 'docker');
  return parseAddress(address, existsSync(join(tlsDirectory, 'cert.pem')) ? readTls(tlsDirectory) : null);
}
