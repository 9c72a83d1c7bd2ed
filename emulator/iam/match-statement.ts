// Does one statement speak of this action on this resource under these conditions? Principals are matched elsewhere.
import type { ConditionContext } from './condition-context.ts';
import { conditionsHold } from './conditions.ts';
import { compilePattern, compilePlainPattern, matchesPattern, type VariableLookup } from './pattern.ts';
import { asList, type OneOrMany, type PolicyDocument, type PolicyStatement } from './policy-document.ts';

export interface RequestedAccess {
  /** e.g. s3:GetObject */
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

/** The statements of a document that apply, in order. */
export function matchingStatements(document: PolicyDocument, access: RequestedAccess): readonly PolicyStatement[] {
  // Variables exist only since version 2012-10-17; without a Version it is 2008-10-17. Source: IAM reference, "Version".
  const lookup: VariableLookup | null =
    document.Version === '2012-10-17'
      ? (name) => {
          const values = access.context.values(name);
          return values?.length === 1 ? (values[0] ?? null) : null;
        }
      : null;
  return asList(document.Statement).filter((statement) => applies(statement, access, lookup));
}

function applies(statement: PolicyStatement, access: RequestedAccess, lookup: VariableLookup | null): boolean {
  if (!matchesAction(statement, access.action)) return false;
  if (!matchesResource(statement, access.resource, lookup)) return false;
  const holds = conditionsHold(statement.Condition, { context: access.context, lookup });
  return holds === 'unknownOperator' ? statement.Effect === 'Deny' : holds;
}

/** Actions are compared without regard to case. A statement with neither element grants nothing and denies everything: fail closed. */
function matchesAction(statement: PolicyStatement, action: string): boolean {
  const lowerCase = action.toLowerCase();
  const matches = (patterns: OneOrMany<string>) =>
    asList(patterns).some((pattern) => matchesPattern(compilePlainPattern(pattern.toLowerCase()), lowerCase));
  if (statement.Action !== undefined) return matches(statement.Action);
  // An empty NotAction matches nothing (fakecloud #1930), it is no "everything".
  if (statement.NotAction !== undefined) return asList(statement.NotAction).length > 0 && !matches(statement.NotAction);
  return statement.Effect === 'Deny';
}

function matchesResource(statement: PolicyStatement, resource: string, lookup: VariableLookup | null): boolean {
  const element = statement.Resource ?? statement.NotResource;
  if (element === undefined) return statement.Effect === 'Deny';
  const patterns = asList(element).map((text) => (lookup ? compilePattern(text, lookup) : compilePlainPattern(text)));
  const matches = patterns.some((pattern) => pattern !== null && matchesPattern(pattern, resource));
  if (statement.Resource !== undefined) return matches;
  return patterns.length > 0 && !patterns.includes(null) && !matches;
}
