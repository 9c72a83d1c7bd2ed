import { describe, expect, it } from 'vitest';
import { vulnerabilities } from '../../../../emulator/validate/checks/vulnerabilities.ts';
import { NotDecided, type Probe } from '../../../../emulator/validate/evidence.ts';
import { readGrype, readTrivy, runScanner, vulnerabilityScan } from '../../../../emulator/validate/probes/vulnerability-scan.ts';
import { madeUp } from './made-up-evidence.ts';

const { signal } = new AbortController();
const found = [{ id: 'CVE-2024-1', severity: 'critical', component: 'openssl 3.0.1', fixedIn: '3.0.2' }];

describe('the report of a scanner', () => {
  it('of trivy is its critical and high findings', () => {
    const each = { VulnerabilityID: 'CVE-2024-1', PkgName: 'openssl', InstalledVersion: '3.0.1', FixedVersion: '3.0.2' };
    const Vulnerabilities = [
      { ...each, Severity: 'CRITICAL' },
      { ...each, Severity: 'MEDIUM' },
    ];
    expect(readTrivy({ SchemaVersion: 2, Results: [{ Vulnerabilities }, { Vulnerabilities: null }] })).toEqual(found);
    expect(readTrivy({ SchemaVersion: 2 })).toEqual([]);
  });

  it('of grype is its critical and high findings', () => {
    const match = (severity: string) => ({
      vulnerability: { id: 'CVE-2024-1', severity, fix: { versions: ['3.0.2'] } },
      artifact: { name: 'openssl', version: '3.0.1' },
    });
    expect(readGrype({ matches: [match('Critical'), match('Negligible')] })).toEqual(found);
  });

  it('of an unknown form is no clean one', () => {
    expect(() => readTrivy({})).toThrow(TypeError);
    expect(() => readGrype({})).toThrow(TypeError);
  });
});

describe('a scanner', () => {
  const node = (program: string, ended: AbortSignal = signal) => runScanner(process.execPath, ['-e', program], ended);

  it('gives what it prints', async () => {
    expect(await node('console.log(1)')).toBe('1\n');
  });

  it('that is not installed is none', async () => {
    expect(await runScanner('airlock-has-no-such-scanner', [], signal)).toBeNull();
  });

  it('that fails decides nothing, and says why', async () => {
    const failing = node('console.error("first\\nno database"); process.exit(1)');
    await expect(failing).rejects.toBeInstanceOf(NotDecided);
    await expect(failing).rejects.toThrow(/could not scan the image: no database$/);
  });

  it('ends with the validation', async () => {
    const over = new AbortController();
    const running = node('setInterval(() => {}, 1000)', over.signal);
    over.abort(new Error('Ctrl-C'));
    await expect(running).rejects.toThrow('Ctrl-C');
  });
});

describe('vulnerabilities', () => {
  const judge = (given: readonly object[]) =>
    vulnerabilities.judge(
      madeUp(new Map([[vulnerabilityScan as Probe<unknown> as Probe<never>, { scanner: 'trivy', vulnerabilities: given }]])),
    );

  it('fail with their id, place and fix, the first of them', async () => {
    const many = Array.from({ length: 30 }, (_, number) => ({
      ...found[0],
      id: `CVE-2024-${100 + number}`,
      severity: 'high',
      fixedIn: null,
    }));
    const verdict = await judge([...many, ...found]);
    expect(verdict).toMatchObject({ outcome: 'failed' });
    const { findings } = verdict as { findings: readonly string[] };
    expect(findings[0]).toBe('CVE-2024-1 (critical) in openssl 3.0.1; fixed in 3.0.2');
    expect(findings.at(-1)).toBe('and 11 more');
  });

  it('pass where there are none', async () => {
    expect((await judge([])).outcome).toBe('passed');
  });
});
