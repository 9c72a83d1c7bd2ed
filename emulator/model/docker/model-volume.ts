// The volume behind /opt/ml/model: filled with the artifact, or left to Docker, which copies into an empty one what the image has there.
// A volume and no bind mount: the daemon may be on another machine, or not see our files.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type Docker from 'dockerode';
import { AirlockError } from '../../errors.ts';
import { daemonText } from './docker-engine.ts';
import { labelsOf } from './labels.ts';
import { unlessGone } from './leftovers.ts';
import { platformModelDirectory } from './model-container.ts';
import { tarOf } from './tar.ts';

export interface ModelVolume {
  readonly name: string;
  remove(): Promise<void>;
}

export interface ModelVolumeOptions {
  readonly docker: Docker;
  readonly runId: string;
  /** Any image: a container is made of it to fill the volume through, and never started. */
  readonly imageId: string;
  /** Null: what the image has there. */
  readonly modelDirectory: string | null;
  /** Ends the copying. */
  readonly signal?: AbortSignal;
}

/** @throws AirlockError BAD_OPTION for a directory that is no artifact */
export async function createModelVolume({ docker, runId, imageId, modelDirectory, signal }: ModelVolumeOptions): Promise<ModelVolume> {
  const name = `airlock-${runId}-artifact`;
  if (modelDirectory !== null) checkDirectory(modelDirectory);
  await docker.createVolume({ Name: name, Labels: labelsOf(runId, 'volume') });
  const volume: ModelVolume = { name, remove: async () => void (await unlessGone(() => docker.getVolume(name).remove())) };
  if (modelDirectory === null) return volume;
  try {
    await fill(docker, { runId, imageId, name, directory: resolve(modelDirectory), signal });
    return volume;
  } catch (error) {
    await volume.remove();
    if (error instanceof AirlockError) throw error;
    throw new AirlockError(
      'NOT_AVAILABLE',
      `${modelDirectory} cannot be copied into a volume of Docker: ${daemonText(error)}`,
      'See "docker system df" for the space that is left.',
      { cause: error },
    );
  }
}

interface Filling {
  readonly runId: string;
  readonly imageId: string;
  readonly name: string;
  readonly directory: string;
  readonly signal: AbortSignal | undefined;
}

async function fill(docker: Docker, { runId, imageId, name, directory, signal }: Filling): Promise<void> {
  const container = await docker.createContainer({
    Image: imageId,
    Cmd: ['never-started'],
    Labels: labelsOf(runId, 'volume'),
    HostConfig: {
      NetworkMode: 'none',
      // NoCopy: the option replaces what the image has there.
      Mounts: [
        {
          ...{ Type: 'volume', Source: name, Target: platformModelDirectory },
          VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
        },
      ],
    },
  });
  const archive = tarOf(directory);
  try {
    await container.putArchive(archive, { path: platformModelDirectory, ...(signal && { abortSignal: signal }) });
  } finally {
    archive.destroy();
    await unlessGone(() => container.remove({ force: true, v: true }));
  }
}

function checkDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new AirlockError(
    'BAD_OPTION',
    `--model-directory ${path} is no directory.`,
    'Name the unpacked artifact: what the model.tar.gz holds.',
  );
}
