// Sample requests as a partner ships them with the listing: files in a directory, with a small manifest where names do not say enough.
import { NotDecided, type Probe } from './evidence.ts';
import { readSamples } from './read-samples.ts';

export interface Sample {
  /** Path in the samples directory, for reports. */
  readonly name: string;
  readonly contentType: string;
  /** What the answer is asked in; null: the same as contentType. */
  readonly accept: string | null;
  readonly body: Buffer;
  /** The published answer; null: none is given. */
  readonly expected: { readonly body: Buffer; readonly contentType: string | null } | null;
  /** For numbers in JSON: how far they may be from the published ones. 0: not at all. */
  readonly tolerance: number;
}

/** All of them; rejects with NotDecided where no directory was given or nothing is in it. */
export const samples: Probe<readonly Sample[]> = {
  title: 'reading the samples',
  async run({ options }) {
    if (options.samples === null)
      throw new NotDecided('no samples were given (--samples DIR; `airlock validate --init` writes a starting folder)');
    const read = await readSamples(options.samples);
    if (read.length === 0)
      throw new NotDecided(`no sample is in ${options.samples} (\`airlock validate --init\` writes a starting folder)`);
    return read;
  },
};
