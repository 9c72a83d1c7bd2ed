// A program of its own, started where Airlock ends without having closed its model: removes the containers, volumes and socket directories of one run.
import { sweepSocketDirectories } from '../socket-directory.ts';
import { connectDocker } from './docker-engine.ts';
import { removeRun } from './leftovers.ts';

const runId = process.argv[2];
if (runId) {
  const { docker } = await connectDocker();
  await removeRun(docker, runId);
  await sweepSocketDirectories();
}
