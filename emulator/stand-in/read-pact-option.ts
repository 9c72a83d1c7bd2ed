// --model pact:FILE and --partner pact:FILE: the partner's contract, read once at start and checked to be one for that side.
import { basename, resolve } from 'node:path';
import { ContractError } from '../../contracts/contract-error.ts';
import type { ExpectedRequest, Pact } from '../../contracts/pact/pact.ts';
import { readPactFile } from '../../contracts/pact/read-pact-file.ts';
import { AirlockError } from '../errors.ts';

const pactScheme = 'pact:';

/** What a contract has to have an interaction of, to stand in for that side. By what is asked, not by names: those are the partner's. */
const sides = {
  '--model': {
    of: 'a model container',
    asks: 'GET /ping or POST /invocations',
    isAsked: ({ path }: ExpectedRequest) => /\/(ping|invocations|execution-parameters)\/?$/.test(path) && !isInvoke(path),
    other: '--partner',
  },
  '--partner': {
    of: 'a token function',
    asks: 'an Invoke of AWS Lambda',
    isAsked: ({ method, path }: ExpectedRequest) => method.toUpperCase() === 'POST' && isInvoke(path),
    other: '--model',
  },
} as const;

export interface NamedPact {
  readonly pact: Pact;
  /** The file's name, without its directory: for people. */
  readonly name: string;
}

/** `value` is `pact:FILE`; a relative path starts at the working directory. @throws AirlockError BAD_OPTION */
export async function readPactOption(flag: keyof typeof sides, value: string): Promise<NamedPact> {
  const file = resolve(value.slice(pactScheme.length));
  const name = basename(file);
  const pact = await readContract(flag, file);
  const { of, asks, isAsked, other } = sides[flag];
  if (!pact.interactions.some(({ request }) => isAsked(request))) {
    throw new AirlockError(
      'BAD_OPTION',
      `${flag} ${file} is no contract of ${of}: none of its ${pact.interactions.length} interactions (${pact.consumer} -> ${pact.provider}) is ${asks}.`,
      `Name the contract of ${of}; ${other} takes ${sides[other].of}'s.`,
    );
  }
  return { pact, name };
}

export function describeStandIn({ pact, name }: NamedPact): string {
  const count = pact.interactions.length;
  return `stand-in from contract ${name}, ${count} interaction${count === 1 ? '' : 's'}`;
}

function isInvoke(path: string): boolean {
  return /^\/2015-03-31\/functions\/[^/]+\/invocations\/?$/.test(path);
}

async function readContract(flag: string, file: string): Promise<Pact> {
  try {
    return (await readPactFile(file)).pact;
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const { code, message, hint } = error;
    throw new AirlockError('BAD_OPTION', `${flag}${code === 'BAD_USAGE' ? '' : ':'} ${message}`, hint, { cause: error });
  }
}
