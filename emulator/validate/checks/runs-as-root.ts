// 7. No USER but root: SageMaker's files belong to it.
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { imageFacts } from '../probes/image-facts.ts';

export const runsAsRoot: Check = {
  id: 'runs-as-root',
  group: 'image',
  severity: 'review',
  title: 'The container runs as root',
  why: 'SageMaker asks for root: another user may not be allowed to read what the platform puts into the container.',
  source: 'SageMaker developer guide, "Use your own inference code with hosting services"',
  fix: 'Leave USER out of the Dockerfile, or end it with USER root. The network is off and the artifact read-only whoever runs.',
  async judge(evidence) {
    const { inspect } = await evidence.of(imageFacts);
    const user = inspect.Config.User ?? '';
    const [name = ''] = user.split(':');
    if (name === '' || name === 'root' || /^0+$/.test(name)) return { outcome: 'passed' };
    return { outcome: 'failed', findings: [`USER is ${printable(user)}; wanted: root, or no USER`] };
  },
};
