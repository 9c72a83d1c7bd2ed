// Which version of a function a qualifier means.
import type { FunctionDefinition } from '../template/deployment.ts';

/** "$LATEST" or a version's number; null where the function has no such alias or version. */
export function executedVersion(definition: FunctionDefinition, qualifier: string | null): string | null {
  if (qualifier === null || qualifier === '$LATEST') return '$LATEST';
  if (definition.versions.includes(qualifier)) return qualifier;
  return definition.aliases.find((alias) => alias.name === qualifier)?.functionVersion ?? null;
}
