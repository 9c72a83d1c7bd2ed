// 5. ENTRYPOINT as a list: a text is run by a shell, which neither hands on "serve" nor, mostly, signals.
import type { Check } from '../check.ts';
import { imageFacts } from '../probes/image-facts.ts';

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'busybox']);

export const entrypointExecForm: Check = {
  id: 'entrypoint-exec-form',
  group: 'image',
  severity: 'review',
  title: 'ENTRYPOINT is in exec form, not run by a shell',
  why: 'A shell as process 1 drops the argument "serve" and may keep SIGTERM to itself: the server is killed after 30 s instead of stopping.',
  source: 'SageMaker developer guide, "Use your own inference code with hosting services", "How SageMaker runs your inference image"',
  fix: 'Write it as a list: ENTRYPOINT ["PROGRAM", "ARGUMENT"].',
  async judge(evidence) {
    const { inspect } = await evidence.of(imageFacts);
    const entrypoint = [inspect.Config.Entrypoint ?? []].flat();
    if (entrypoint.length === 0) return { outcome: 'passed', note: 'there is no ENTRYPOINT: "serve" is started itself' };
    if (!isShellCommand(entrypoint)) return { outcome: 'passed' };
    return {
      outcome: 'failed',
      findings: [`ENTRYPOINT is run by a shell (${entrypoint.slice(0, 2).join(' ')} …); wanted: the exec form, a list`],
    };
  },
};

/** `/bin/sh -c TEXT`, also with `-lc` and the like. A script that a shell runs (`bash start.sh`) gets the argument. */
export function isShellCommand([program = '', ...rest]: readonly string[]): boolean {
  if (!shells.has(program.split('/').at(-1) ?? '')) return false;
  return rest.some((argument) => /^-[a-z]*c[a-z]*$/.test(argument));
}
