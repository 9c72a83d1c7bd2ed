// Memory and processors of SageMaker's instance types. Source: the EC2 instance types of the same names (2026-11), by ratio where a family keeps one.

export interface InstanceSize {
  readonly type: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

const gibibyte = 1024 ** 3;

/** GiB a vCPU; families not listed have no single ratio, or are not known here. */
const gibibytesPerCpu: Readonly<Record<string, number>> = {
  ...{ m4: 4, m5: 4, m5d: 4, m6g: 4, m6gd: 4, m6i: 4, m6id: 4, m7i: 4, m7g: 4, m8g: 4 },
  ...{ c4: 1.875, c5: 2, c5d: 2, c6g: 2, c6gd: 2, c6gn: 2, c6i: 2, c6id: 2, c6in: 2, c7g: 2, c7i: 2, c8g: 2 },
  ...{ r5: 8, r5d: 8, r6g: 8, r6gd: 8, r6i: 8, r6id: 8, r7g: 8, r7i: 8, r8g: 8 },
  ...{ g4dn: 4, g5: 4, g6: 4, inf1: 2, inf2: 4 },
};
const cpusOfSize: Readonly<Record<string, number>> = { medium: 1, large: 2, xlarge: 4 };
const t2: Readonly<Record<string, readonly [cpus: number, gibibytes: number]>> = {
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  '2xlarge': [8, 32],
};

/** Null for a type that is not known here. */
export function instanceSize(type: string): InstanceSize | null {
  const [, family = '', size = ''] = /^ml\.([a-z0-9]+)\.([a-z0-9]+)$/.exec(type) ?? [];
  if (family === 't2') {
    const known = t2[size];
    return known === undefined ? null : { type, cpus: known[0], memoryBytes: known[1] * gibibyte };
  }
  const ratio = gibibytesPerCpu[family];
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  const cpus = times === undefined ? cpusOfSize[size] : 4 * Number(times);
  return ratio === undefined || cpus === undefined ? null : { type, cpus, memoryBytes: cpus * ratio * gibibyte };
}

/** The one with the least memory, then the fewest processors; null where none is known. */
export function smallestInstance(types: readonly string[]): InstanceSize | null {
  const known = types.map(instanceSize).filter((size) => size !== null);
  return known.sort((one, other) => one.memoryBytes - other.memoryBytes || one.cpus - other.cpus)[0] ?? null;
}
