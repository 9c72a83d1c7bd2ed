// Evidence for a check without Docker: what each probe would have found, or why it could not.
import type { Evidence, Probe } from '../../../../emulator/validate/evidence.ts';
import { NotDecided } from '../../../../emulator/validate/evidence.ts';
import type { LayerFile } from '../../../../emulator/validate/image-files/saved-image.ts';
import { type ImageFacts, imageFacts } from '../../../../emulator/validate/probes/image-facts.ts';
import { type ImageFiles, imageFiles } from '../../../../emulator/validate/probes/image-files.ts';
import type { ValidateOptions } from '../../../../emulator/validate/validate-options.ts';

type Findings = ReadonlyMap<Probe<never>, unknown>;

const options: ValidateOptions = {
  ...{ image: 'model:1', samples: null, packageFile: null, only: [], skip: [], startupTimeoutMs: 1_000, modelDirectory: null },
  ...{ environment: {}, memoryBytes: null, cpus: null, relayImage: 'relay:1' },
};

/** A probe that nothing was made up for fails the test. */
export function madeUp(findings: Findings, given: Partial<ValidateOptions> = {}): Evidence {
  return {
    options: { ...options, ...given },
    async of<Found>(probe: Probe<Found>): Promise<Found> {
      const found = findings.get(probe as Probe<never>);
      if (found === undefined) throw new Error(`nothing was made up for "${probe.title}"`);
      if (found instanceof NotDecided) throw found;
      return found as Found;
    },
  };
}

interface MadeUpImage {
  readonly config?: Partial<ImageFacts['inspect']['Config']>;
  readonly inspect?: Partial<ImageFacts['inspect']>;
  readonly history?: ImageFacts['history'];
  readonly visible?: readonly LayerFile[];
  readonly hidden?: readonly LayerFile[];
}

/** Findings of the two probes that look at an image as it lies there. */
export function madeUpImage({ config, inspect, history = [], visible = [], hidden = [] }: MadeUpImage): Map<Probe<never>, unknown> {
  const facts = { inspect: { Os: 'linux', Architecture: 'amd64', Size: 1, RepoDigests: [], ...inspect, Config: { ...config } }, history };
  const files: ImageFiles = { visible: new Map(visible.map((each) => [each.path, each])), hidden, index: null };
  return new Map<Probe<never>, unknown>([
    [imageFacts as Probe<unknown> as Probe<never>, facts],
    [imageFiles as Probe<unknown> as Probe<never>, files],
  ]);
}

export function file(path: string, more: Partial<LayerFile> = {}): LayerFile {
  return { path, kind: 'file', bytes: 1, mode: 0o755, linkTarget: null, secrets: [], ...more };
}

export function link(path: string, linkTarget: string): LayerFile {
  return file(path, { kind: 'symbolicLink', linkTarget, bytes: 0, mode: 0o777 });
}
