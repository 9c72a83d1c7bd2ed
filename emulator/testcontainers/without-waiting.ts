// Testcontainers wants to wait in start(), and on a failure throws the container away along with its log. We wait ourselves, afterwards.
import type { WaitStrategy } from 'testcontainers';

export const withoutWaiting: WaitStrategy = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => withoutWaiting,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};
