// Both images, found here or pulled, before anything is made of them.
import { AirlockError } from '../errors.ts';
import { createLog } from '../log.ts';
import { findImage } from '../model/docker/find-image.ts';
import type { Runtime } from './container-runtime.ts';

export interface ImageIds {
  readonly emulator: string;
  readonly model: string;
}

/** @throws AirlockError NOT_AVAILABLE, BAD_OPTION */
export async function findImages({ docker, architecture }: Runtime, references: ImageIds): Promise<ImageIds> {
  const find = async (reference: string, option: '--image' | '--relay-image', method: string) => {
    try {
      const { signal } = new AbortController();
      const engine = { docker, architecture, host: { address: 'the one of testcontainers', options: {}, isLocalSocket: false } };
      return await findImage({ engine, reference, option, log: createLog('silent'), signal });
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error;
      // The command line's names for the two.
      const translated = (text: string) => text.replaceAll(option, method);
      const isOurs = /^airlock(-model-stub)?:[^/]+$/.test(reference);
      const hint = isOurs ? 'It is built in the repository of Airlock: docker compose build model-stub emulator' : translated(error.hint);
      throw new AirlockError(error.code, translated(error.message), hint, { cause: error });
    }
  };
  return {
    model: await find(references.model, '--image', 'withModelImage()'),
    emulator: await find(references.emulator, '--relay-image', 'new AirlockContainer()'),
  };
}
