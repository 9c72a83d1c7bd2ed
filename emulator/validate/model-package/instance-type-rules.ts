// Names of instance types: their form, and whether this version of Airlock knows them. AWS adds new ones every few months.
import { didYouMean } from '../../did-you-mean.ts';
import { transformInstanceTypes } from '../../sagemaker/transform/transform-instance-types.ts';
import { itemsAt, textOf } from '../../template/node-access.ts';
import type { Problems } from '../../template/problems.ts';
import { quote } from '../../template/shape.ts';
import type { TemplateNode } from '../../template/template-node.ts';

const form = /^ml\.([a-z][a-z0-9-]*)\.(medium|large|xlarge|\d{1,3}xlarge|metal)$/;

/** Source: botocore sagemaker/2017-07-24 service-2.json, shape ProductionVariantInstanceType: its families. */
const realtimeFamilies: ReadonlySet<string> = new Set([
  ...[
    't2',
    'm4',
    'm5',
    'm5d',
    'm6g',
    'm6gd',
    'm6i',
    'm7i',
    'm8g',
    'c4',
    'c5',
    'c5d',
    'c6g',
    'c6gd',
    'c6gn',
    'c6i',
    'c6in',
    'c7g',
    'c7i',
    'c8g',
  ],
  ...[
    'r5',
    'r5d',
    'r6g',
    'r6gd',
    'r6i',
    'r7gd',
    'r7i',
    'r8g',
    'p2',
    'p3',
    'p4d',
    'p4de',
    'p5',
    'p5e',
    'p5en',
    'p6-b200',
    'p6-b300',
    'p6e-gb200',
  ],
  ...['g4dn', 'g5', 'g6', 'g6e', 'g7e', 'inf1', 'inf2', 'trn1', 'trn1n', 'trn2', 'dl1'],
]);
const transformTypes: readonly string[] = transformInstanceTypes;

interface Reports {
  readonly problems: Problems;
  readonly remarks: Problems;
}

/** Of an InferenceSpecification. */
export function checkInstanceTypes(inference: TemplateNode, { problems, remarks }: Reports): void {
  const lists = [
    { list: 'SupportedTransformInstanceTypes', isKnown: (type: string) => transformTypes.includes(type), known: transformTypes },
    {
      list: 'SupportedRealtimeInferenceInstanceTypes',
      isKnown: (type: string) => realtimeFamilies.has(form.exec(type)?.[1] ?? ''),
      known: [],
    },
  ];
  for (const { list, isKnown, known } of lists) {
    for (const item of itemsAt(inference, list)) {
      const type = textOf(item);
      if (type === null) continue;
      if (!form.test(type)) problems.report(item.at, `${quote(type)} is no instance type as "ml.m5.large".${didYouMean(type, known)}`);
      else if (!isKnown(type)) remarks.report(item.at, `${quote(type)} is none of the types that Airlock knows.${didYouMean(type, known)}`);
    }
  }
}
