// What docker-compose.yml makes of the model and its relay, with real containers that Docker starts again: the relay follows the model into its new namespace.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectSocketRelay } from '../../../emulator/model/relay/connect-relay.ts';
import type { Relay } from '../../../emulator/model/relay/relay.ts';
import { relayCommand } from '../../../emulator/model/relay/relay-command.ts';
import { until } from '../../flow/model/model-fixture.ts';
import { required } from '../../required.ts';
import { docker, hasDocker, relayImage } from './docker-fixture.ts';

interface Pair extends AsyncDisposable {
  readonly relay: Relay;
  readonly model: string;
  readonly relayContainer: string;
}

const serve = 'exec node -e "require(\'http\').createServer((_, response) => response.end()).listen(8080)"';
/** The container's own files outlive its runs. */
const countRun = 'n=$(cat /run/n 2>/dev/null || echo 0); echo $((n+1)) > /run/n';

async function startPair(script: string): Promise<Pair> {
  const directory = mkdtempSync(join(tmpdir(), 'relay-'));
  const id = randomUUID().slice(0, 8);
  const [model, relayContainer] = [`airlock-test-model-${id}`, `airlock-test-relay-${id}`];
  const always = ['run', '--detach', '--restart', 'always'];
  await docker(...always, '--name', model, '--network', 'none', relayImage, 'sh', '-c', script);
  const joined = ['--name', relayContainer, '--network', `container:${model}`, '--volume', `${directory}:/run/airlock`];
  await docker(...always, ...joined, relayImage, ...relayCommand('/run/airlock', '--leave-stale'));
  const relay = connectSocketRelay({ directory });
  return {
    ...{ relay, model, relayContainer },
    async [Symbol.asyncDispose]() {
      await relay.close();
      await docker('rm', '--force', '--volumes', model, relayContainer);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const pings = ({ relay }: Pair) =>
  relay.channel.send({ method: 'GET', path: '/ping', headers: {}, timeoutMs: 2_000 }).then(
    ({ status }) => status === 200,
    () => false,
  );
const runsOfRelay = async ({ relayContainer }: Pair) => (await docker('logs', relayContainer)).split('\n').length;
const isRoot = required('root', process.getuid?.() === 0, "only root can kill a container's process and connect to its sockets");

describe.skipIf(!(hasDocker && isRoot))('a relay beside a model that Docker starts again', () => {
  it('comes along each time a model that served is killed', async () => {
    await using pair = await startPair(serve);
    for (let kills = 0; kills < 2; kills += 1) {
      await until(() => pings(pair), 20_000);
      process.kill(Number(await docker('inspect', '--format', '{{.State.Pid}}', pair.model)), 'SIGKILL');
      await until(async () => !(await pings(pair)), 5_000);
    }
    await until(() => pings(pair), 20_000);
    expect(await runsOfRelay(pair)).toBe(3);
  });

  it('outlasts a crash loop, and comes along once, when the model stays', async () => {
    await using pair = await startPair(`${countRun}; sleep 0.3; [ $n -lt 4 ] && exit 3; ${serve}`);
    await until(async () => ((await pair.relay.networkNamespace(1_000).catch(() => null))?.modelRestarts ?? 0) >= 3, 20_000);
    await until(() => pings(pair), 30_000);
    expect(await runsOfRelay(pair)).toBe(2);
    expect(Number(await docker('inspect', '--format', '{{.RestartCount}}', pair.model))).toBe(4);
  });

  it('does not leave a model that takes its time to listen', async () => {
    await using pair = await startPair(`sleep 8; ${serve}`);
    await until(() => pings(pair), 30_000);
    expect(await runsOfRelay(pair)).toBe(1);
  });
});
