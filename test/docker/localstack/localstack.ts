// LocalStack for tests: a container of its own, or the one that LOCALSTACK_URL names.
import { execFileSync } from 'node:child_process';
import { GenericContainer, Wait } from 'testcontainers';
import { required } from '../../required.ts';

const image = 'localstack/localstack:4.14.0';

export interface LocalStack extends AsyncDisposable {
  readonly url: string;
}

export const hasLocalStack = required('localstack', isThere(), `there is no Docker with the image ${image} (test/images/prepare makes it)`);

function isThere(): boolean {
  if (process.env.LOCALSTACK_URL) return true;
  try {
    execFileSync('docker', ['image', 'inspect', image], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export async function startLocalStack(): Promise<LocalStack> {
  if (process.env.LOCALSTACK_URL) return { url: process.env.LOCALSTACK_URL, [Symbol.asyncDispose]: async () => undefined };
  // Its reaper is an image more to pull; the container is stopped below, also when a test fails.
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  const container = await new GenericContainer(image)
    .withEnvironment({ SERVICES: 's3', EAGER_SERVICE_LOADING: '1', DISABLE_EVENTS: '1' })
    .withLabels({ 'airlock.test': 'localstack' })
    .withExposedPorts(4566)
    .withWaitStrategy(
      // It answers 200 before S3 serves, and where S3 could not be loaded.
      Wait.forHttp('/_localstack/health', 4566).forResponsePredicate((health) => /"s3": "(running|available)"/.test(health)),
    )
    .withStartupTimeout(90_000)
    .start();
  return {
    url: `http://${container.getHost()}:${container.getMappedPort(4566)}`,
    async [Symbol.asyncDispose]() {
      await container.stop();
    },
  };
}
