// Mounts as Linux lists them (/proc/PID/mountinfo) and as mount(8) takes them (fstab), for the sealed file system.
import { realpathSync } from 'node:fs';

export interface Mount {
  readonly point: string;
  readonly type: string;
  readonly isReadOnly: boolean;
  /** Those of nosuid, nodev and noexec that it has. In a user namespace they are locked: a remount without them is refused (EPERM). */
  readonly restrictions: readonly string[];
}

/** proc_pid_mountinfo(5): id, parent, device, root, mount point, options, optional fields, `-`, type, source, options of the file system. */
export function parseMountInfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [mount, fileSystem] = line.split(' - ');
    const [, , , , point, options] = mount?.split(' ') ?? [];
    const [type, , superOptions] = fileSystem?.split(' ') ?? [];
    if (point === undefined || options === undefined || type === undefined) return [];
    const all = options.split(',');
    return [
      {
        point: point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
        type,
        isReadOnly: all.includes('ro') || (superOptions?.split(',').includes('ro') ?? false),
        restrictions: all.filter((option) => /^no(suid|dev|exec)$/.test(option)),
      },
    ];
  });
}

/** One line of fstab(5). */
export function fstabLine(source: string, target: string, type: string, options: readonly string[]): string {
  const escaped = (path: string) => path.replace(/[\s\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `${escaped(source)} ${escaped(target)} ${type} ${[...new Set(options)].join(',')} 0 0\n`;
}

/** Shows `source` at `target`, read-only, with all that is mounted below it. `mounts` are the ones of this process. */
export function readOnlyLines(source: string, target: string, restrictions: readonly string[], mounts: readonly Mount[]): string {
  const path = realpathSync(source);
  const around = mounts.filter(({ point }) => point === '/' || path === point || path.startsWith(`${point}/`));
  const nearest = around.reduce<Mount | null>((best, one) => (best && best.point.length > one.point.length ? best : one), null);
  const lines = [fstabLine(path, target, 'none', ['rbind', 'ro', ...restrictions, ...(nearest?.restrictions ?? [])])];
  // `rbind,ro` makes only the topmost mount read-only.
  for (const mount of mounts.filter(({ point }) => point.startsWith(`${path}/`))) {
    const inside = `${target}${mount.point.slice(path.length)}`;
    lines.push(fstabLine(inside, inside, 'none', ['remount', 'bind', 'ro', ...restrictions, ...mount.restrictions]));
  }
  return lines.join('');
}
