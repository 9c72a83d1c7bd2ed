// A version as it is given on the command line: it becomes part of a file's name, of a URL and of what is printed.
import { ContractError } from '../contract-error.ts';

const charactersMax = 100;

/**
 * The version itself.
 * @throws ContractError BAD_USAGE where it is empty, too long, or holds white space at an end or control characters
 */
export function checkVersion(version: string): string {
  const problem =
    version === ''
      ? 'is empty'
      : version.length > charactersMax
        ? `has more than ${charactersMax} characters`
        : version.trim() !== version || /\p{C}/u.test(version)
          ? 'holds white space or control characters'
          : null;
  if (problem === null) return version;
  throw new ContractError(
    'BAD_USAGE',
    `The version ${JSON.stringify(version.slice(0, charactersMax))} ${problem}.`,
    'Use a commit or a number such as 1.4.0.',
  );
}
