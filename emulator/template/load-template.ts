// One template, from its sections to created resources and outputs: parameters, conditions, rules, order, functions, in that order.

import { checkReferences } from './check-references.ts';
import { decideConditions } from './conditions.ts';
import { createResources } from './create-resources.ts';
import { dependencyOrder } from './dependency-order.ts';
import type { Stack } from './deployment.ts';
import { refuseDynamicReferences } from './dynamic-references.ts';
import { createEvaluation } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import { textAt, textOf, valueAt } from './node-access.ts';
import { type ParameterSources, resolveParameters } from './parameters.ts';
import type { Part } from './parts.ts';
import { createProblems, type Problems } from './problems.ts';
import { pseudoParameters } from './pseudo-parameters.ts';
import { referencesIn } from './references.ts';
import { checkRules } from './rules.ts';
import { checkNames, checkShape, object, text as textShape } from './shape.ts';
import type { StackContext } from './stack-context.ts';
import type { DeclaredResource, Template } from './template.ts';
import type { MapNode } from './template-node.ts';

export interface LoadedTemplate {
  readonly stack: Stack;
  readonly exports: ReadonlyMap<string, string>;
  readonly parts: readonly Part[];
}

export interface TemplateSurroundings {
  readonly stack: StackContext;
  readonly sources: ParameterSources;
  /** Exports of earlier templates of the same account. */
  readonly exports: ReadonlyMap<string, string>;
  readonly earlierParts: readonly Part[];
}

/** Throws AirlockError BAD_TEMPLATE or BAD_PARAMETER with all that is wrong. */
export async function loadTemplate(template: Template, surroundings: TemplateSurroundings): Promise<LoadedTemplate> {
  const problems = createProblems();
  const { stack, sources, exports, earlierParts } = surroundings;
  checkReferences(template, problems);
  const parameters = await resolveParameters(template, sources, problems);
  // What follows would only repeat that a value is missing or a name wrong.
  if (problems.list.some((problem) => problem.code === 'BAD_PARAMETER')) problems.throwIfAny();

  const values = new Map([...pseudoParameters(stack, template.at), ...parameters.nodes]);
  const early = createEvaluation({ template, stack, values, conditions: new Map(), resources: new Map(), exports, problems });
  const conditions = decideConditions(early);
  checkRules({ ...early, conditions });
  const declared = orderedResources(template, conditions, problems);

  const evaluationFor = (resources: Evaluation['resources']) =>
    createEvaluation({ template, stack, values, conditions, resources, exports, problems });
  const created = createResources({ declared, stack, earlierParts, problems, evaluationFor });
  const outputs = readOutputs(template, evaluationFor(created.identities));
  problems.throwIfAny();
  return {
    stack: { name: stack.name, accountId: stack.accountId, file: stack.file, parameters: parameters.shown, outputs: outputs.values },
    exports: outputs.exports,
    parts: created.parts,
  };
}

/** The resources whose condition holds, each after those it refers to. */
function orderedResources(template: Template, conditions: ReadonlyMap<string, boolean>, problems: Problems): readonly DeclaredResource[] {
  const kept = [...template.resources.values()].filter(({ condition }) => condition === null || conditions.get(condition.name) === true);
  const dependencies = new Map(kept.map((resource) => [resource.logicalId, dependenciesOf(resource, conditions)]));
  const order = dependencyOrder(dependencies);
  if (order.kind === 'circular') {
    const [first = ''] = order.cycle;
    const at = template.resources.get(first)?.at ?? template.at;
    problems.report(
      at,
      `circular dependency: ${order.cycle.join(' -> ')}`,
      'Remove one of these references, or build a name instead of referring.',
    );
    problems.throwIfAny();
    return [];
  }
  return order.names.flatMap((name) => template.resources.get(name) ?? []);
}

function dependenciesOf(resource: DeclaredResource, conditions: ReadonlyMap<string, boolean>): ReadonlySet<string> {
  const inProperties = referencesIn(resource.properties, { conditions });
  // Metadata.Airlock is resolved too, so what it refers to must exist by then.
  const inMetadata = resource.metadata === null ? [] : referencesIn(resource.metadata, { conditions });
  const names = [...inProperties, ...inMetadata].filter(({ by }) => by !== 'Condition').map(({ name }) => name);
  return new Set([...names, ...resource.dependsOn.map(({ name }) => name)]);
}

interface Outputs {
  readonly values: Readonly<Record<string, string>>;
  readonly exports: ReadonlyMap<string, string>;
}

const outputKeys = ['Value', 'Description', 'Export', 'Condition'];

function readOutputs(template: Template, evaluation: Evaluation): Outputs {
  const values = new Map<string, string>();
  const exports = new Map<string, string>();
  for (const [name, output] of template.outputs) {
    checkNames(output, outputKeys, 'key of an output', evaluation.problems);
    const condition = textAt(output, 'Condition');
    if (condition !== null && evaluation.conditions.get(condition) !== true) continue;
    const value = readOutputValue(output, evaluation);
    if (value === null) continue;
    values.set(name, value);
    const exportNode = valueAt(output, 'Export');
    const exported = exportNode === null ? null : evaluation.evaluate(exportNode);
    if (exported !== null) checkShape(exported, object({ Name: textShape }), evaluation.problems);
    const exportName = textAt(exported, 'Name');
    if (exportName !== null) exports.set(exportName, value);
  }
  return { values: Object.fromEntries(values), exports };
}

function readOutputValue(output: MapNode, evaluation: Evaluation): string | null {
  const node = valueAt(output, 'Value');
  if (node === null) {
    evaluation.problems.report(output.at, 'the output has no Value', 'Add Value.');
    return null;
  }
  const value = evaluation.evaluate(node);
  if (value?.kind === 'invalid') return null;
  if (value !== null) refuseDynamicReferences(value, evaluation.problems);
  const found = textOf(value);
  if (found === null) evaluation.problems.report(node.at, "an output's Value must be a text", 'Join a list with Fn::Join.');
  return found;
}
