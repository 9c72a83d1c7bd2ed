// Which ways of running the model are worth a try on this machine, best first, and what to say where it ends up unsealed.
import type { LaunchWay } from './model-process.ts';
import { sealedUser } from './seal.ts';
import { hasUser } from './seal-check.ts';
import { findSystemTool } from './system-tool.ts';

export interface WaysToLaunch {
  readonly ways: readonly LaunchWay[];
  readonly notSealedBecause: string;
}

export function waysToLaunch(isolated: boolean): WaysToLaunch {
  if (!isolated) return { ways: ['unsealed'], notSealedBecause: 'the template does not set EnableNetworkIsolation to true' };
  if (process.platform !== 'linux') {
    return {
      ways: ['unsealed'],
      notSealedBecause: `network namespaces are a thing of Linux, this is ${process.platform}; use --model docker`,
    };
  }
  const missing = ['unshare', 'setpriv', 'chroot', 'mount'].filter((tool) => findSystemTool(tool) === null);
  if (missing.length > 0) return { ways: ['unsealed'], notSealedBecause: `${missing.join(', ')} not installed` };
  if (process.getuid?.() !== 0) return { ways: ['user', 'unsealed'], notSealedBecause: 'refused by the system' };
  if (!hasUser(sealedUser.uid)) {
    return { ways: ['unsealed'], notSealedBecause: 'Airlock runs as root of a user namespace that has no other user' };
  }
  return { ways: ['root', 'user', 'unsealed'], notSealedBecause: 'refused by the system' };
}
