// The model's container, which has no network and nothing of ours inside, and the relay's in its network namespace.
import type { Container } from 'dockerode';
import { createLog } from '../log.ts';
import { unlessGone } from '../model/docker/leftovers.ts';
import { createModelContainer } from '../model/docker/model-container.ts';
import { createModelVolume } from '../model/docker/model-volume.ts';
import { relayCommand } from '../model/relay/relay-command.ts';
import type { ImageIds } from './find-images.ts';
import type { AirlockRun } from './run.ts';

export interface SealedModelOptions {
  readonly run: AirlockRun;
  readonly imageIds: ImageIds;
  readonly modelDirectory: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** In the relay's container. */
  readonly socketDirectory: string;
}

export interface SealedModel {
  readonly containerId: string;
  /** From now on Docker starts it again when it ends, as SageMaker does. Before, an end is a failed start. */
  keepRunning(): Promise<void>;
  /** SIGTERM, and SIGKILL after the time; then the relay. Both containers are still there. */
  stop(timeoutMs: number): Promise<void>;
}

const relayMemoryBytes = 128 * 1024 * 1024;

/** Resolves when both run; whoever called removes the run where it rejects. */
export async function startSealedModel(options: SealedModelOptions): Promise<SealedModel> {
  const { run, imageIds, modelDirectory, environment } = options;
  const { docker, id: runId } = run;
  const volume = await createModelVolume({ docker, runId, imageId: imageIds.emulator, modelDirectory });
  const model = await createModelContainer({
    docker,
    runId,
    name: `airlock-${runId}-model`,
    imageId: imageIds.model,
    volume: volume.name,
    environment,
    network: 'none',
    memoryBytes: null,
    cpus: null,
  });
  const container = await model.start(createLog('silent'));
  const relay = await startRelay(options, model.id);
  return {
    containerId: model.id,
    keepRunning: () => docker.getContainer(model.id).update({ RestartPolicy: { Name: 'always' } }),
    async stop(timeoutMs) {
      await container.stop(timeoutMs);
      await unlessGone(() => relay.kill());
    },
  };
}

async function startRelay({ run, imageIds, socketDirectory }: SealedModelOptions, modelId: string): Promise<Container> {
  const [program = 'node', ...args] = relayCommand(socketDirectory, '--leave-stale');
  const relay = await run.docker.createContainer({
    name: `airlock-${run.id}-relay`,
    Image: imageIds.emulator,
    Entrypoint: [program],
    Cmd: args,
    // Of root is the new volume. Without any capability, and what it makes there is for everyone (0666).
    User: '0:0',
    Labels: run.labels('relay'),
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: `container:${modelId}`,
      Binds: [`${run.socketVolume}:${socketDirectory}:rw`],
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: relayMemoryBytes,
      Init: true,
      // It ends when the model's namespace is another one.
      RestartPolicy: { Name: 'always' },
    },
  });
  await relay.start();
  return relay;
}
