// Where secrets are in the image: its variables, the commands that built it, its files. Names and kinds only, never a value.
import { printable } from '../../model/model-lines.ts';
import { type FoundSecret, secretInVariable } from '../image-files/find-secrets.ts';
import type { ImageFacts } from './image-facts.ts';
import type { ImageFiles } from './image-files.ts';

export interface SecretVariable {
  readonly name: string;
  readonly isAws: boolean;
  readonly what: string;
  /** For people: "ENV". */
  readonly where: string;
}

/** Of ENV, and of the build's arguments and commands as `docker history` shows them; each name once. */
export function variablesOf({
  env,
  history,
}: {
  readonly env: readonly string[];
  readonly history: ImageFacts['history'];
}): readonly SecretVariable[] {
  const found = new Map<string, SecretVariable>();
  const look = (where: string, name: string, value: string) => {
    const secret = secretInVariable(name, value);
    if (secret !== null && !found.has(name)) found.set(name, { name, ...secret, where });
  };
  for (const line of env) {
    const at = line.indexOf('=');
    look('ENV', line.slice(0, at), line.slice(at + 1));
  }
  for (const { createdBy } of history) {
    for (const [, name = '', value = ''] of createdBy.matchAll(/(?<![\w-])([A-Za-z_]\w*)=["']?([^\s"']+)/g)) {
      look("the image's build history", name, value);
    }
  }
  return [...found.values()];
}

export interface SecretFile extends FoundSecret {
  /** For people: "/root/.netrc holds a password". */
  readonly line: string;
}

export function secretFiles({ visible, hidden }: Pick<ImageFiles, 'visible' | 'hidden'>): readonly SecretFile[] {
  const found: SecretFile[] = [];
  for (const { path, secrets } of visible.values()) {
    for (const secret of secrets) found.push({ ...secret, line: `/${printable(path)} holds ${secret.what}` });
  }
  for (const { path, secrets } of hidden) {
    const still = 'in an older layer, though a later one deletes or replaces it';
    for (const secret of secrets) found.push({ ...secret, line: `/${printable(path)} holds ${secret.what}, ${still}` });
  }
  return found;
}
