// Refuses names that nothing declares, in every branch of every section, before anything is resolved.

import { didYouMean } from '../did-you-mean.ts';
import type { SourceLocation } from './deployment.ts';
import { textOf, valueAt } from './node-access.ts';
import type { Problems } from './problems.ts';
import { pseudoParameterNames } from './pseudo-parameters.ts';
import { type Reference, referencesIn } from './references.ts';
import { checkShape, text } from './shape.ts';
import type { Template } from './template.ts';

export function checkReferences(template: Template, problems: Problems): void {
  const plainNames = [...template.parameters.keys(), ...pseudoParameterNames];
  const allNames = [...plainNames, ...template.resources.keys()];

  for (const resource of template.resources.values()) {
    check(referencesIn(resource.properties), allNames);
    if (resource.metadata !== null) check(referencesIn(resource.metadata), allNames);
    if (resource.condition !== null) checkCondition(resource.condition.name, resource.condition.at);
    for (const { name, at } of resource.dependsOn) {
      if (!template.resources.has(name)) report(at, `DependsOn names ${name}, which is no resource`, name, template.resources.keys());
    }
  }
  for (const output of template.outputs.values()) {
    for (const key of ['Value', 'Export']) {
      const value = valueAt(output, key);
      if (value !== null) check(referencesIn(value), allNames);
    }
    const condition = valueAt(output, 'Condition');
    if (condition !== null) checkShape(condition, text, problems);
    const name = textOf(condition);
    if (condition !== null && name !== null) checkCondition(name, condition.at);
  }
  // No resource exists yet when conditions and rules are decided.
  for (const node of [...template.conditions.values(), ...template.rules.values()]) {
    check(referencesIn(node, { inConditions: true }), plainNames);
  }

  function check(references: readonly Reference[], names: readonly string[]): void {
    for (const { by, name, at } of references) {
      if (name === '') problems.report(at, `${by} names nothing`, 'Write the name of a parameter or a resource.');
      else if (by === 'Condition') checkCondition(name, at);
      else if (by === 'Fn::GetAtt' && !names.includes(name) && template.resources.has(name)) {
        problems.report(
          at,
          `Fn::GetAtt names ${name}, a resource, and those do not exist yet here`,
          'Conditions and rules see parameters only.',
        );
      } else if (by === 'Fn::GetAtt' && !template.resources.has(name)) {
        report(at, `Fn::GetAtt names ${name}, which is no resource`, name, template.resources.keys());
      } else if (by !== 'Fn::GetAtt' && !names.includes(name)) {
        const what = allNames.includes(name) ? 'a resource, and those do not exist yet here' : 'no parameter and no resource';
        report(at, `${by} names ${name}, which is ${what}`, name, names);
      }
    }
  }

  function checkCondition(name: string, at: SourceLocation): void {
    if (!template.conditions.has(name)) report(at, `the condition ${name} is not declared`, name, template.conditions.keys());
  }

  function report(at: SourceLocation, message: string, name: string, known: Iterable<string>): void {
    if (template.unreadNames.has(name)) return;
    problems.report(at, message, didYouMean(name, known).trim() || 'Declare it, or correct the name.');
  }
}
