// Credentials to sign a contract's calls with: the profiles of a file in AWS's format, or the environment.
import { ContractError } from '../../../contracts/contract-error.ts';
import { readRegularFile } from '../../../contracts/pact/read-regular-file.ts';
import type { Credentials } from '../../iam/principal.ts';

export interface CredentialSource {
  /** Of the named principal; without a name in a state, of whoever usually calls. */
  credentialsOf(name: string | null): Credentials;
}

/**
 * `usual` names the profile to sign with where no state says another; a file without it has one profile that AWS_PROFILE names, or `default`.
 * @throws ContractError BAD_USAGE
 */
export async function openCredentials(file: string | null, usual: string, env: NodeJS.ProcessEnv): Promise<CredentialSource> {
  return file === null ? fromEnvironment(env) : fromFile(file, usual, env);
}

async function fromFile(file: string, usual: string, env: NodeJS.ProcessEnv): Promise<CredentialSource> {
  const profiles = parseProfiles(await readText(file));
  const usualProfile = [env.AWS_PROFILE, usual, 'default'].find((name) => name !== undefined && profiles.has(name));
  if (usualProfile === undefined) {
    const names = profiles.size === 0 ? 'none' : [...profiles.keys()].join(', ');
    throw new ContractError(
      'BAD_USAGE',
      `${file} has no profile ${usual}.`,
      `Its complete profiles: ${names}. AWS_PROFILE can name another.`,
    );
  }
  return {
    credentialsOf(name) {
      const credentials = profiles.get(name ?? usualProfile);
      if (credentials !== undefined) return credentials;
      throw new ContractError(
        'STATE_NOT_SET',
        `The state asks for a call by ${name}, and ${file} has no such profile.`,
        'Add it, or leave the interaction out with --only.',
      );
    },
  };
}

function fromEnvironment(env: NodeJS.ProcessEnv): CredentialSource {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw new ContractError(
      'BAD_USAGE',
      'There are no credentials to sign with.',
      'Name a file of profiles with --credentials-file, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN).',
    );
  }
  return {
    credentialsOf(name) {
      if (name === null) return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
      throw new ContractError(
        'STATE_NOT_SET',
        `The state asks for a call by ${name}, and the environment holds credentials of one caller only.`,
        'Name a file with such a profile with --credentials-file, or leave the interaction out with --only.',
      );
    },
  };
}

/** Complete profiles only. Source: AWS "Shared config and credentials files". */
function parseProfiles(text: string): ReadonlyMap<string, Credentials> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | null = null;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[(?:profile\s+)?([^\]]+)\]/.exec(line)?.[1]?.trim();
    const [, key, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (heading !== undefined) {
      section = sections.get(heading) ?? new Map();
      sections.set(heading, section);
    } else if (key !== undefined && value !== undefined) section?.set(key, value);
  }
  const profiles = new Map<string, Credentials>();
  for (const [name, values] of sections) {
    const [accessKeyId, secretAccessKey, sessionToken] = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'].map((key) =>
      values.get(key),
    );
    if (accessKeyId && secretAccessKey) profiles.set(name, { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) });
  }
  return profiles;
}

/** Of a file of profiles, in bytes. */
const profilesBytesMax = 1_000_000;

async function readText(file: string): Promise<string> {
  const refused = (reason: string, cause?: unknown) =>
    new ContractError('BAD_USAGE', `${file} (--credentials-file) ${reason}.`, 'A running Airlock writes .airlock/credentials.', { cause });
  try {
    const read = await readRegularFile(file, profilesBytesMax);
    if (read.bytes === null) throw refused(read.words);
    return read.bytes.toString('utf8');
  } catch (cause) {
    if (cause instanceof ContractError) throw cause;
    throw refused(
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : `cannot be read: ${(cause as Error).message}`,
      cause,
    );
  }
}
