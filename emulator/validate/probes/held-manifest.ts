// In which form the image is kept where that can be known: in the registry it was pushed to, or in an image store that pushes what it holds.
import type { ImageInspectInfo } from 'dockerode';
import { daemonText, statusOf } from '../../model/docker/docker-engine.ts';
import { registryLogin } from '../../model/docker/registry-login.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import { imageFacts } from './image-facts.ts';
import { imageFiles } from './image-files.ts';

export interface HeldManifest {
  /** For people: "in the registry". */
  readonly where: string;
  readonly mediaType: string;
  /** `linux/amd64`, of an index all of them; null: unknown. */
  readonly platforms: readonly string[] | null;
}

/** What makes a registry get one platform in a schema 2 manifest. */
export const pushLine =
  'docker buildx build --platform linux/amd64 --provenance=false --sbom=false --output type=image,name=IMAGE,push=true,oci-mediatypes=false .';

export const heldManifest: Probe<HeldManifest> = {
  title: "looking at the image's manifest",
  async run(context) {
    const { inspect } = await context.evidence.of(imageFacts);
    if (isOfRegistry(context.image.reference, inspect.RepoDigests ?? [])) return askRegistry(context, inspect);
    if (inspect.Descriptor !== undefined) return { where: 'in the image store', mediaType: inspect.Descriptor.mediaType, platforms: null };
    const { DriverStatus: status } = (await context.engine.docker.info()) as { DriverStatus?: unknown };
    if (JSON.stringify(status ?? null).includes('io.containerd.snapshotter')) {
      const { index } = await context.evidence.of(imageFiles);
      const only = index?.length === 1 ? index[0] : undefined;
      if (only !== undefined) {
        return { where: 'in the image store', mediaType: only.mediaType, platforms: only.platform === null ? null : [only.platform] };
      }
    }
    throw new NotDecided(`this Docker cannot prove what a push writes; a push that is right: ${pushLine}`);
  },
};

/** Whether the name is one under which it was pushed or pulled. */
export function isOfRegistry(reference: string, repoDigests: readonly string[]): boolean {
  const repository = reference.replace(/@.*$/, '').replace(/:[^:/]+$/, '');
  return repoDigests.some((digest) => digest.startsWith(`${repository}@`));
}

interface Distribution {
  readonly Descriptor: { readonly mediaType: string; readonly digest: string };
  readonly Platforms?: readonly { readonly os?: string; readonly architecture?: string }[] | null;
}

async function askRegistry({ engine, image }: ProbeContext, inspect: ImageInspectInfo): Promise<HeldManifest> {
  const login = registryLogin(image.reference);
  let found: Distribution;
  try {
    found = (await engine.docker.getImage(image.reference).distribution(login ? { authconfig: login } : {})) as Distribution;
  } catch (error) {
    // Without a status it was Docker that did not answer.
    if (statusOf(error) === null) throw error;
    throw new NotDecided(`the registry does not tell its manifest: ${daemonText(error)}`);
  }
  if (!inspect.RepoDigests.some((digest) => digest.endsWith(`@${found.Descriptor.digest}`))) {
    throw new NotDecided('the registry has another image under this name than Docker here: docker pull it, then validate it again');
  }
  const platforms = found.Platforms?.map(
    ({ os = 'unknown', architecture = 'unknown' }) => `${os || 'unknown'}/${architecture || 'unknown'}`,
  );
  return { where: 'in the registry', mediaType: found.Descriptor.mediaType, platforms: platforms ?? null };
}
