// What `docker login` left for a registry, so that a pull is allowed to what `docker pull` is. Credential helpers are not asked.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isTextOrNone, readDockerConfig } from './docker-config.ts';

export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

const dockerHub = 'https://index.docker.io/v1/';

/** Null where there is none in config.json; a credential store's is known to `docker pull` only. @throws AirlockError NOT_AVAILABLE */
export function registryLogin(
  reference: string,
  configDirectory: string = process.env.DOCKER_CONFIG || join(homedir(), '.docker'),
): RegistryLogin | null {
  type Config = { auths?: Record<string, { auth?: string } | null> };
  const registry = registryOf(reference);
  const path = join(configDirectory, 'config.json');
  const config = readDockerConfig<Config>(path, (found) => isTextOrNone((found as Config).auths?.[registry]?.auth));
  const auth = config?.auths?.[registry]?.auth;
  if (!auth) return null;
  const [username = '', ...password] = Buffer.from(auth, 'base64').toString().split(':');
  return { username, password: password.join(':'), serveraddress: registry };
}

/** As Docker reads names: a first part with a dot, a colon or "localhost" is a registry. */
function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : dockerHub;
}
