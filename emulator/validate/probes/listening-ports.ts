// What the container listens on once it serves, or does not come to: from the kernel's tables of its network namespace.
import type { NetworkNamespace } from '../../model/relay/relay.ts';
import { NotDecided, type Probe } from '../evidence.ts';
import { sealedRun } from './sealed-run.ts';

export type ListeningPorts = NetworkNamespace['listening'];

export const listeningPorts: Probe<ListeningPorts> = {
  title: 'looking at the ports it listens on',
  async run({ evidence }) {
    const run = await evidence.of(sealedRun);
    if (run.kind === 'notStarted') throw new NotDecided('the container cannot be started');
    if (run.container.exit() !== null) throw new NotDecided('the container has ended');
    try {
      return (await run.container.namespace()).listening;
    } catch (error) {
      // Its network namespace goes with it.
      if (run.container.exit() !== null) throw new NotDecided('the container has ended');
      throw error;
    }
  },
};
