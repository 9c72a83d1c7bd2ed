// The image that a container is made of: found here or pulled, and for a processor that this daemon and SageMaker have.
import type { ImageInspectInfo } from 'dockerode';
import { AirlockError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type DockerEngine, daemonText, statusOf } from './docker-engine.ts';
import { pullImage } from './pull-image.ts';

export interface FindImageOptions {
  readonly engine: Pick<DockerEngine, 'docker' | 'architecture'>;
  /** As for `docker run`. */
  readonly reference: string;
  /** For messages: the option that named it. */
  readonly option: '--image' | 'IMAGE' | '--relay-image';
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Looser than Docker's own rule, but without empty parts, dots and schemes: as a part of a path these lead to other calls, even to other hosts. */
const namePattern = /^[A-Za-z0-9][\w.:@-]*(\/[A-Za-z0-9][\w.:@-]*)*$/;

/** The image's id: what is built under the same name later does not change a model that runs. @throws AirlockError */
export async function findImage(options: FindImageOptions): Promise<string> {
  const { engine, reference, option } = options;
  if (!namePattern.test(reference)) {
    throw badReference(
      option,
      reference,
      'it may hold letters, digits and . / : @ _ - only, and each part between / begins with a letter or digit',
    );
  }
  let image = await inspect(options);
  if (image === null) {
    await pullImage(options);
    image = await inspect(options);
  }
  if (image === null) {
    throw new AirlockError('NOT_AVAILABLE', `There is no image "${reference}", also after it was pulled`, `Check ${option}.`);
  }
  if (option !== '--relay-image') {
    checkPlatform(image, options);
    tellOfShell(image, options);
  } else if (image.Os !== 'linux' || image.Architecture !== engine.architecture) {
    const hint = `Pull it for this machine: docker pull --platform linux/${engine.architecture} ${reference}`;
    throw new AirlockError('NOT_AVAILABLE', `The relay's image "${reference}" is for ${image.Os}/${image.Architecture}`, hint);
  }
  return image.Id;
}

async function inspect({ engine, reference, option }: FindImageOptions): Promise<ImageInspectInfo | null> {
  try {
    return await engine.docker.getImage(reference).inspect();
  } catch (error) {
    const text = daemonText(error);
    if (/invalid reference format|must be lowercase/.test(text)) {
      throw badReference(option, reference, text);
    }
    if (statusOf(error) === 404) return null;
    throw new AirlockError('NOT_AVAILABLE', `Docker cannot look at the image "${reference}": ${text}`, 'See "docker image inspect".', {
      cause: error,
    });
  }
}

function badReference(option: string, reference: string, reason: string): AirlockError {
  return new AirlockError('BAD_OPTION', `${option} is "${reference}", which is no name of an image: ${reason}`, 'Write it as NAME:TAG.');
}

/** An ENTRYPOINT that is no list is run as `/bin/sh -c TEXT`: it may serve, but another way than it was meant to, and on SageMaker, too. */
function tellOfShell({ Config: config }: ImageInspectInfo, { reference, log }: FindImageOptions): void {
  const entrypoint = [config.Entrypoint ?? []].flat();
  if (entrypoint.length !== 3 || entrypoint[0] !== '/bin/sh' || entrypoint[1] !== '-c') return;
  const whatToDo = 'Write it as a list: ENTRYPOINT ["PROGRAM", "ARGUMENT"]';
  log.warn({ image: reference, whatToDo }, 'the ENTRYPOINT is a text for the shell: the program gets neither "serve" nor, maybe, SIGTERM');
}

/**
 * SageMaker's instances are amd64, but for those with a g (Graviton) in the family's name: arm64. An amd64 image on a machine that is not (a Mac)
 * is what a partner has to ship, so it is tried with the daemon's emulation; an image of any other processor would not start on SageMaker either.
 */
function checkPlatform(image: ImageInspectInfo, { engine, reference, log }: FindImageOptions): void {
  const { Os: os, Architecture: architecture } = image;
  if (os === 'linux' && architecture === engine.architecture) return;
  if (os === 'linux' && architecture === 'amd64') {
    log.warn(
      { image: reference, architecture, docker: engine.architecture },
      'the image is for another processor: it runs emulated and slow',
    );
    return;
  }
  throw new AirlockError(
    'NOT_AVAILABLE',
    `The image "${reference}" is for ${os}/${architecture}, this Docker runs linux/${engine.architecture}`,
    `SageMaker would refuse it on an instance of another processor, too. Build it again: docker build --platform linux/${
      engine.architecture === 'arm64' ? 'arm64' : 'amd64'
    } -t ${reference} .`,
  );
}
