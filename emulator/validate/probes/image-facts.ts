// What Docker tells of the image: its configuration, platform, size, how it was built.
import type { ImageInspectInfo } from 'dockerode';
import type { Probe } from '../evidence.ts';

export interface ImageFacts {
  readonly inspect: ImageInspectInfo;
  /** Newest layer first, as `docker history` shows it. */
  readonly history: readonly { readonly createdBy: string; readonly bytes: number }[];
}

export const imageFacts: Probe<ImageFacts> = {
  title: 'looking at the image',
  async run({ engine, image }) {
    const handle = engine.docker.getImage(image.id);
    const [inspect, history] = await Promise.all([handle.inspect(), handle.history() as Promise<{ CreatedBy: string; Size: number }[]>]);
    return { inspect, history: history.map(({ CreatedBy: createdBy, Size: bytes }) => ({ createdBy, bytes })) };
  },
};
