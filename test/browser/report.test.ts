// The report's page in a real browser: no request, no complaint, nothing that somebody who cannot see, or uses no mouse, could not use.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../emulator/validate/report.ts';
import { reportHtml } from '../../emulator/validate/report-html.ts';
import { required } from '../required.ts';
import { everyOutcome, hostileReport, nothingRun } from '../unit/validate/report/example-report.ts';
import { type Chromium, findChromium, type OpenPage, startChromium } from './chromium.ts';

const program = findChromium();
const hasChromium = required('chromium', program !== null, 'there is no Chromium here (Debian: apt-get install chromium)');
const axe = await readAxe();
const hasAxe = required('axe', axe !== null, 'axe-core is not installed (npm ci)');

async function readAxe(): Promise<string | null> {
  try {
    return await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const reports = { everyOutcome, nothingRun, hostileReport };
const narrow = { width: 360, height: 800 };

describe.runIf(hasChromium)('the page in a browser', () => {
  let browser: Chromium;
  let directory: string;
  let pages = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'report-page-'));
    browser = await startChromium(program ?? '');
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  async function open(
    report: Report,
    size?: { readonly width: number; readonly height: number },
  ): Promise<OpenPage & { readonly url: string }> {
    pages += 1;
    const file = join(directory, `${pages}.html`);
    await writeFile(file, reportHtml(report));
    const url = pathToFileURL(file).href;
    return { ...(await browser.open(url, size)), url };
  }

  /** What axe holds for serious or critical. */
  async function seriousProblems(page: OpenPage): Promise<readonly string[]> {
    await page.evaluate(`${axe}; undefined`);
    const { violations, passes } = await page.evaluate<{ violations: readonly Violation[]; passes: number }>(
      'axe.run(document, { resultTypes: ["violations"] }).then(({ violations, passes }) => ({ violations, passes: passes.length }))',
    );
    // A page that axe could not look at would have no problem either.
    expect(passes).toBeGreaterThan(10);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`);
  }

  describe.each(Object.entries(reports))('of %s', (_name, report) => {
    it('asks for nothing but itself, and nothing complains', async () => {
      const page = await open(report);
      expect(page.requests.filter((url) => !url.startsWith('data:'))).toEqual([page.url]);
      expect(page.complaints).toEqual([]);
    });

    it.runIf(hasAxe).each(['light', 'dark'] as const)('has no serious accessibility problem in the %s', async (scheme) => {
      const page = await open(report);
      await page.emulate({ scheme });
      expect(await seriousProblems(page)).toEqual([]);
    });

    it('fits a narrow window', async () => {
      const page = await open(report, narrow);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(narrow.width);
    });
  });

  it('runs nothing that a container said', async () => {
    const page = await open(hostileReport);
    expect(
      await page.evaluate('document.scripts.length + document.images.length + document.querySelectorAll("[onload],[onerror]").length'),
    ).toBe(0);
    expect(await page.evaluate('document.querySelector("#log ~ pre").textContent')).toContain('<script>alert(1)</script>');
  });

  it('opens what is wrong, and prints the rest open, too', async () => {
    const page = await open(everyOutcome);
    const visible = 'Array.from(document.querySelectorAll("details dl"), (list) => list.checkVisibility())';
    expect(await page.evaluate(visible)).toEqual([true, false, true, true, false]);
    await page.emulate({ scheme: 'light', type: 'print' });
    expect(await page.evaluate(visible)).toEqual([true, true, true, true, true]);
  });

  it('would be caught with a picture from elsewhere', async () => {
    const file = join(directory, 'picture.html');
    await writeFile(file, reportHtml(everyOutcome).replace('</main>', '<img src="http://127.0.0.1:9/picture.png" alt=""></main>'));
    const page = await browser.open(pathToFileURL(file).href);
    expect([...page.requests, ...page.complaints].join()).toContain('http://127.0.0.1:9/picture.png');
  });

  it.runIf(hasAxe)('would be caught with a serious problem', async () => {
    const page = await open(everyOutcome);
    await page.evaluate('document.querySelector("svg").removeAttribute("aria-labelledby"), document.querySelector("svg > title").remove()');
    await page.evaluate('document.documentElement.removeAttribute("lang")');
    expect((await seriousProblems(page)).join()).toContain('html-has-lang');
  });
});
