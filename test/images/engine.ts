// What of Docker is there, as facts for required(): asked once, when a test file is loaded.
import { spawnSync } from 'node:child_process';

export interface EngineFact {
  readonly isThere: boolean;
  /** Why not, and what helps; empty where it is there. */
  readonly reason: string;
}

/** For `required('docker', fact.isThere, fact.reason)`. */
export function dockerEngine(): EngineFact {
  const { error, status, stderr } = docker(['version', '--format', '{{ .Server.Version }}']);
  if (error !== undefined) return missing('there is no docker command here');
  if (status === 0) return { isThere: true, reason: '' };
  if (/permission denied/i.test(stderr)) return missing('this user may not use the Docker socket (its group is docker)');
  return missing(`no Docker daemon answers (${stderr.trim().split('\n').at(-1) ?? ''}); test/images/engine start starts one`);
}

/** A Docker image that test/images/prepare makes: `node:24-bookworm-slim`, `localstack/localstack:4.14.0`. */
export function dockerImage(reference: string): EngineFact {
  const engine = dockerEngine();
  if (!engine.isThere) return engine;
  if (docker(['image', 'inspect', reference]).status === 0) return engine;
  return missing(`the image ${reference} is not here; test/images/prepare gets it`);
}

/** `docker compose`, version 2. */
export function compose(): EngineFact {
  const engine = dockerEngine();
  if (!engine.isThere || docker(['compose', 'version']).status === 0) return engine;
  return missing('docker compose (version 2) is not here; test/images/engine start gets it');
}

function missing(reason: string): EngineFact {
  return { isThere: false, reason };
}

function docker(args: readonly string[]) {
  return spawnSync('docker', args, { encoding: 'utf8', timeout: 20_000 });
}
