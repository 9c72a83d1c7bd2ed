// `{{resolve:service:name}}`: CloudFormation would put a stored value here. There is none, and the text as it stands would be used.
import type { Problems } from './problems.ts';
import type { TemplateNode } from './template-node.ts';

const hint = 'Write !Ref of a parameter, and give its value: --parameter Name=value, or Metadata.Airlock.LocalParameters.';

/** Of an emulated resource: of any other, no value is used. */
export function refuseDynamicReferences(node: TemplateNode, problems: Problems): void {
  if (node.kind === 'list') for (const item of node.items) refuseDynamicReferences(item, problems);
  if (node.kind === 'map') for (const entry of node.entries.values()) refuseDynamicReferences(entry.value, problems);
  if (node.kind !== 'scalar') return;
  for (const [found] of node.text.matchAll(/\{\{resolve:[^{}]*\}\}/g)) {
    problems.report(node.at, `the dynamic reference ${found} is not emulated`, hint);
  }
}
