// The JSON files that the docker command line keeps: config.json and those of its contexts.
import { AirlockError } from '../../errors.ts';
import { readIfThere } from '../../process-identity.ts';

/** Null where there is none. @throws AirlockError NOT_AVAILABLE where it is there and cannot be read */
export function readDockerConfig<Config extends object>(
  path: string,
  isConfig: (found: Partial<Record<keyof Config, unknown>>) => boolean,
): Config | null {
  try {
    const text = readIfThere(path);
    if (text === null) return null;
    const found: unknown = JSON.parse(text);
    if (typeof found !== 'object' || found === null || !isConfig(found)) throw new Error('it does not hold what docker writes there');
    return found as Config;
  } catch (error) {
    throw new AirlockError(
      'NOT_AVAILABLE',
      `Docker's file ${path} cannot be read as JSON: ${(error as Error).message}`,
      'Mend it or remove it ("docker login" and "docker context use" write it again), or set DOCKER_CONFIG to another directory.',
      { cause: error },
    );
  }
}

export function isTextOrNone(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}
