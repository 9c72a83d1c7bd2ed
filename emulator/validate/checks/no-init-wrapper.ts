// 6. ENTRYPOINT is the server, not tini or another small init in front of it.
import type { Check } from '../check.ts';
import { imageFacts } from '../probes/image-facts.ts';
import { isShellCommand } from './entrypoint-exec-form.ts';

const wrappers = new Set(['tini', 'tini-static', 'dumb-init', 'docker-init', 'init', 'catatonit', 'my_init', 's6-svscan']);

export const noInitWrapper: Check = {
  id: 'no-init-wrapper',
  group: 'image',
  severity: 'review',
  title: 'ENTRYPOINT is no init wrapper such as tini',
  why: 'SageMaker names tini as an ENTRYPOINT that cannot be used: the argument "serve" confuses it.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services", "How SageMaker runs your inference image"; the same for batch transform',
  fix: 'Let ENTRYPOINT name the server, which handles SIGTERM itself.',
  async judge(evidence) {
    const { inspect } = await evidence.of(imageFacts);
    const wrapper = findWrapper([inspect.Config.Entrypoint ?? []].flat());
    if (wrapper === null) return { outcome: 'passed' };
    return { outcome: 'failed', findings: [`ENTRYPOINT starts with ${wrapper}; wanted: the server itself`] };
  },
};

/** Its name; null where there is none. */
function findWrapper(entrypoint: readonly string[]): string | null {
  const words = isShellCommand(entrypoint)
    ? (entrypoint.at(-1) ?? '')
        .trim()
        .replace(/^exec\s+/, '')
        .split(/\s+/)
    : entrypoint;
  const name = (words[0] ?? '').split('/').at(-1) ?? '';
  return wrappers.has(name) ? name : null;
}
