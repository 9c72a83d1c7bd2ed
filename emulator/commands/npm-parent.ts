// Whether the npm that ran us is still there. It does not tell us when it ends: at a SIGTERM it kills its shell and then itself,
// and the shell leaves us running for nobody. Both may be gone before our first line runs.
import { commandLineOf, parentOf, sessionOf } from '../process-identity.ts';

export interface NpmParent {
  isGone(): boolean;
}

/**
 * Null where nobody is to be watched: not under npm, or detached from it on purpose (a session of its own, as `detached: true`
 * and setsid give), e.g. by the setup of a test run that leaves us running.
 */
export function npmParent(env: NodeJS.ProcessEnv): NpmParent | null {
  const { npm_lifecycle_event: event, npm_lifecycle_script: script } = env;
  if (event === undefined || sessionOf(process.pid) === String(process.pid)) return null;
  // npm's shell ends with the command it runs, so behind it npm itself is watched. Bash replaces itself by its only command: then
  // our parent is npm, and who started npm may come and go, as it does after `nohup npm start &`.
  const shell = script !== undefined && commandLineOf(process.ppid)?.[2]?.startsWith(script) === true ? process.ppid : null;
  const npm = shell === null ? null : parentOf(shell);
  const parent = process.ppid;
  return {
    isGone() {
      if (process.ppid !== parent || wasHandedOn(process.pid)) return true;
      return shell !== null && (parentOf(shell) !== npm || wasHandedOn(shell));
    },
  };
}

/**
 * Whether its parent is not the process that started it, but the one that takes in orphans (init, systemd --user): known also where
 * the parent died before we could see it. A fork stays in its parent's session, and only setsid() leaves it, which makes a leader of
 * a new one: who leads no session and has a parent in another one was handed on. False where it cannot be known, and where the one
 * that takes in orphans shares our session: PID 1 of a container, which mostly is npm or ends with it.
 */
function wasHandedOn(pid: number): boolean {
  const own = sessionOf(pid);
  const parent = parentOf(pid);
  const other = parent === null ? null : sessionOf(Number(parent));
  return own !== null && other !== null && own !== other && own !== String(pid);
}
