// Removes what an Airlock that was killed left in Docker, and everything of one run.
import type Docker from 'dockerode';
import type { Log } from '../../log.ts';
import { statusOf } from './docker-engine.ts';
import { isLeftBehind, type Labels, runLabel } from './labels.ts';

/** Of processes that are gone; what a live Airlock uses is never touched. Never rejects. */
export async function removeLeftovers(docker: Docker, log: Log): Promise<void> {
  try {
    const removed = await removeWhere(docker, runLabel, isLeftBehind);
    if (removed > 0) log.info({ removed }, 'removed containers, volumes and networks that an earlier run left behind');
  } catch (error) {
    log.debug({ error }, 'cannot remove what an earlier run left in Docker');
  }
}

/** Everything that carries the run's label. */
export async function removeRun(docker: Docker, runId: string): Promise<void> {
  await removeWhere(docker, `${runLabel}=${runId}`, () => true);
}

/** All containers of the run, but not those whose names are to be kept. */
export async function removeOthersOfRun(docker: Docker, runId: string, isKept: (name: string) => boolean): Promise<void> {
  const containers = await docker.listContainers({ all: true, filters: { label: [`${runLabel}=${runId}`] } });
  // Names begin with a slash.
  const others = containers.filter(({ Names: names }) => !names.some((name) => isKept(name.slice(1))));
  await Promise.all(others.map(({ Id }) => unlessGone(() => docker.getContainer(Id).remove({ force: true, v: true }))));
}

async function removeWhere(docker: Docker, label: string, matches: (labels: Labels) => boolean): Promise<number> {
  const filters = { label: [label] };
  const containers = (await docker.listContainers({ all: true, filters })).filter(({ Labels: labels }) => matches(labels));
  const removed = await Promise.all(containers.map(({ Id }) => unlessGone(() => docker.getContainer(Id).remove({ force: true, v: true }))));
  // A volume in use cannot be removed: its containers go first.
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  for (const { Name, Labels: labels } of volumes ?? []) {
    if (matches(labels ?? {})) removed.push(await unlessGone(() => docker.getVolume(Name).remove()));
  }
  for (const { Id, Labels: labels } of await docker.listNetworks({ filters })) {
    if (matches(labels ?? {})) removed.push(await unlessInUse(() => docker.getNetwork(Id).remove()));
  }
  return removed.filter(Boolean).length;
}

/** False where somebody else removed it (404), or is just doing so (409). */
export async function unlessGone(remove: () => Promise<unknown>): Promise<boolean> {
  try {
    await remove();
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 409) return false;
    throw error;
  }
}

/** A network with a container on it (403): whoever is just removing that container removes the network, too. */
export async function unlessInUse(remove: () => Promise<unknown>): Promise<boolean> {
  try {
    return await unlessGone(remove);
  } catch (error) {
    if (statusOf(error) === 403) return false;
    throw error;
  }
}
