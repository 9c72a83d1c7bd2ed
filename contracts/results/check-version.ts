// A version as it is given on the command line: it becomes part of a file's name, of a URL and of what is printed. Names of participants
// go the same ways, and both are read again from files that anybody may have edited.
import { ContractError } from '../contract-error.ts';

const charactersMax = 100;

/**
 * The version itself.
 * @throws ContractError BAD_USAGE where it is empty, too long, or holds white space at an end or control characters
 */
export function checkVersion(version: string): string {
  return check('version', version, 'Use a commit or a number such as 1.4.0.');
}

/** As checkVersion, of the name of a consumer or a provider. */
export function checkName(name: string): string {
  return check('name', name, 'Name the participant in the consumer’s tests so that it can be a part of a file name.');
}

/** In words that go after the version or name; null where nothing is wrong with it. */
export function versionProblem(text: string): string | null {
  if (text === '') return 'is empty';
  if (text.length > charactersMax) return `has more than ${charactersMax} characters`;
  // Zl and Zp end a line as a line feed does, and are no control characters to Unicode.
  return text.trim() !== text || /[\p{C}\p{Zl}\p{Zp}]/u.test(text) ? 'holds white space or control characters' : null;
}

function check(what: string, text: string, hint: string): string {
  const problem = versionProblem(text);
  if (problem === null) return text;
  throw new ContractError('BAD_USAGE', `The ${what} ${quoted(text)} ${problem}.`, hint);
}

/** JSON.stringify leaves some of them as they are. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, charactersMax)).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
