// The Rules section: assertions about parameters that CloudFormation checks before it starts.
import { type Decision, decide } from './conditions.ts';
import { argumentsOf, type Evaluation, evaluateList } from './evaluation.ts';
import { itemsAt, textAt, textOf, valueAt } from './node-access.ts';
import { type MapNode, scalarNode, type TemplateNode } from './template-node.ts';

const ruleFunctions = ['Fn::Contains', 'Fn::EachMemberEquals', 'Fn::EachMemberIn'] as const;
type RuleFunction = (typeof ruleFunctions)[number];

export function checkRules(evaluation: Evaluation): void {
  for (const rule of evaluation.template.rules.values()) {
    const condition = valueAt(rule, 'RuleCondition');
    if (condition !== null && holds(condition, evaluation) !== true) continue;
    for (const assertion of itemsAt(rule, 'Assertions')) checkAssertion(assertion, rule, evaluation);
  }
}

function checkAssertion(assertion: TemplateNode, rule: MapNode, evaluation: Evaluation): void {
  const assert = valueAt(assertion, 'Assert');
  // What is missing or misspelt is reported by template.ts.
  if (assert === null) return;
  if (holds(assert, evaluation) !== false) return;
  const description = textAt(assertion, 'AssertDescription') ?? `the rule ${rule.at.path} does not hold`;
  evaluation.problems.reportParameter(assertion.at, description, 'Give other parameters: --parameter Name=value');
}

/** Replaces the functions that only rules know by plain comparisons, then decides as for a condition. */
function holds(node: TemplateNode, evaluation: Evaluation): Decision {
  return decide(replaceRuleFunctions(node, evaluation), evaluation, (name) => evaluation.conditions.get(name) ?? null);
}

function replaceRuleFunctions(node: TemplateNode, evaluation: Evaluation): TemplateNode {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => replaceRuleFunctions(item, evaluation)) };
  if (node.kind !== 'map') return node;
  for (const name of ruleFunctions) {
    const argument = valueAt(node, name);
    if (argument !== null && node.entries.size === 1) return comparison(name, argument, node, evaluation);
  }
  const entries = [...node.entries].map(([key, entry]) => {
    return [key, { ...entry, value: replaceRuleFunctions(entry.value, evaluation) }] as const;
  });
  return { ...node, entries: new Map(entries) };
}

/** The result as `Fn::Equals: [true | false, true]`. */
function comparison(name: RuleFunction, argument: TemplateNode, node: MapNode, evaluation: Evaluation): TemplateNode {
  const given = argumentsOf(evaluation, name, argument, [2, 2]);
  if ('kind' in given) return given;
  const [left, right] = given as [TemplateNode, TemplateNode];
  const members = evaluateList(evaluation, left, `${name}'s first value`);
  const others = evaluation.evaluate(right);
  if (members.kind === 'invalid') return members;
  if (others === null || others.kind === 'invalid') return { kind: 'invalid', at: node.at };
  const texts = members.items.map(textOf);
  const allowed = others.kind === 'list' ? others.items.map(textOf) : [textOf(others)];
  const result = name === 'Fn::Contains' ? texts.includes(allowed[0] ?? null) : texts.every((text) => allowed.includes(text));
  const value: TemplateNode = { kind: 'list', items: [scalarNode(result, node.at), scalarNode(true, node.at)], at: node.at };
  return { kind: 'map', entries: new Map([['Fn::Equals', { keyAt: node.at, value }]]), at: node.at };
}
