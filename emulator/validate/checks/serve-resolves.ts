// 4. `docker run IMAGE serve` finds a program: the ENTRYPOINT's, or an executable "serve" on PATH.
import type { ImageInspectInfo } from 'dockerode';
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { NotDecided } from '../evidence.ts';
import { type MergedFiles, resolveFile } from '../image-files/merge-layers.ts';
import { imageFacts } from '../probes/image-facts.ts';
import { imageFiles } from '../probes/image-files.ts';
import { sealedRun } from '../probes/sealed-run.ts';

/** What Docker says of a program, not of itself. */
const ofProgram = /executable file not found|no such file or directory|permission denied|exec format error|not a directory|is a directory/i;
/** A shell's: found and not executable, not found. */
const shellCodes: readonly (number | null)[] = [126, 127];
const logTailLines = 5;

export const serveResolves: Check = {
  id: 'serve-resolves',
  group: 'image',
  severity: 'blocks',
  title: '"docker run IMAGE serve" finds a program to start',
  why: 'SageMaker starts the image so. Otherwise CreateEndpoint fails with CannotStartContainerError, or "executable \\"serve\\" was not found in container PATH".',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services", "How SageMaker runs your inference image"; aws/amazon-sagemaker-examples#628',
  fix: 'Give the image an ENTRYPOINT that takes "serve", or put an executable file of that name on its PATH (chmod 755).',
  async judge(evidence) {
    const { inspect } = await evidence.of(imageFacts);
    const obstacle = findObstacle(inspect.Config, (await evidence.of(imageFiles)).visible);
    if (obstacle !== null) return { outcome: 'failed', findings: [obstacle] };
    const run = await evidence.of(sealedRun);
    if (run.kind === 'notStarted') {
      if (ofProgram.test(run.reason)) return { outcome: 'failed', findings: [`Docker cannot start it: ${run.reason}`] };
      throw new NotDecided(`Docker cannot start the container: ${run.reason}`);
    }
    const code = run.container.exit()?.code ?? null;
    if (run.kind === 'notServing' && shellCodes.includes(code)) {
      const logTail = run.container.logLines().slice(-logTailLines);
      return {
        outcome: 'failed',
        findings: [`the container ended with exit code ${code}: a program was not found or is not executable`],
        logTail,
      };
    }
    return { outcome: 'passed' };
  },
};

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Why its program cannot be found, as far as the files tell; null where it is there. */
export function findObstacle(
  config: Pick<ImageInspectInfo['Config'], 'Entrypoint' | 'Env' | 'WorkingDir'>,
  visible: MergedFiles['visible'],
): string | null {
  const [given] = [config.Entrypoint ?? []].flat();
  const program = given ?? 'serve';
  const named = printable(given === undefined ? 'there is no ENTRYPOINT, and "serve"' : `the ENTRYPOINT's program "${given}"`);
  const variable = config.Env?.find((line) => line.startsWith('PATH='));
  const folders = (variable?.slice('PATH='.length) || defaultPath).split(':');
  const workingDirectory = config.WorkingDir || '/';
  const paths = program.includes('/')
    ? [program.startsWith('/') ? program : `${workingDirectory}/${program}`]
    : folders.map((folder) => `${folder || workingDirectory}/${program}`);
  const found = paths.map((path) => resolveFile(visible, path)).filter((file) => file !== null);
  if (found.some(({ kind, mode }) => kind !== 'directory' && (mode & 0o111) !== 0)) return null;
  const where = program.includes('/') ? 'in the image' : `on the PATH (${printable(folders.join(':'))})`;
  const [first] = found;
  if (first === undefined) return `${named} is not ${where}`;
  return first.kind === 'directory'
    ? `${named} is a directory`
    : `${named} is there but not executable (mode ${(first.mode & 0o777).toString(8)})`;
}
