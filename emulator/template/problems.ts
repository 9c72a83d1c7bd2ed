// Collects what is wrong with a template, so that one run shows all of it, each with its place.
import { AirlockError } from '../errors.ts';
import type { SourceLocation } from './deployment.ts';

interface Problem {
  readonly code: 'BAD_TEMPLATE' | 'BAD_PARAMETER';
  readonly at: SourceLocation;
  readonly message: string;
  readonly hint: string;
}

export interface Problems {
  /** One problem of the template. The same message at the same place is kept once. */
  report(at: SourceLocation, message: string, hint?: string): void;
  /** One problem of a parameter's value. */
  reportParameter(at: SourceLocation, message: string, hint: string): void;
  readonly list: readonly Problem[];
  /** Throws one AirlockError that lists them all; BAD_PARAMETER only when nothing else is wrong. */
  throwIfAny(): void;
}

/** Ours: more than this many lines help nobody. */
const problemsShownMax = 25;

export function createProblems(): Problems {
  const byKey = new Map<string, Problem>();
  const add = (problem: Problem) => {
    const key = `${formatLocation(problem.at)} ${problem.message}`;
    if (!byKey.has(key)) byKey.set(key, problem);
  };
  return {
    report: (at, message, hint = '') => add({ code: 'BAD_TEMPLATE', at, message, hint }),
    reportParameter: (at, message, hint) => add({ code: 'BAD_PARAMETER', at, message, hint }),
    get list() {
      return [...byKey.values()];
    },
    throwIfAny() {
      if (byKey.size > 0) throw errorOf([...byKey.values()]);
    },
  };
}

/** `file:line:column  path` */
function formatLocation(at: SourceLocation): string {
  return `${at.file}:${at.line}:${at.column}${at.path === '' ? '' : `  ${at.path}`}`;
}

function errorOf(problems: readonly Problem[]): AirlockError {
  const code = problems.some((problem) => problem.code === 'BAD_TEMPLATE') ? 'BAD_TEMPLATE' : 'BAD_PARAMETER';
  const [first] = problems;
  if (problems.length === 1 && first !== undefined) {
    return new AirlockError(code, `${formatLocation(first.at)}: ${first.message}`, first.hint || 'Correct the template at this place.');
  }
  const lines = problems
    .slice(0, problemsShownMax)
    .map((problem) => `  ${formatLocation(problem.at)}: ${problem.message}${problem.hint === '' ? '' : ` (${problem.hint})`}`);
  if (problems.length > problemsShownMax) lines.push(`  … and ${problems.length - problemsShownMax} more`);
  return new AirlockError(
    code,
    `${problems.length} problems:\n${lines.join('\n')}`,
    'Correct the templates or parameters at these places.',
  );
}
