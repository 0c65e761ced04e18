import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Found {
  violations: {
    id: string;
    help: string;
    nodes: { target: unknown[]; failureSummary?: string }[];
  }[];
}

/**
 * Fails when axe finds anything on the page as it stands, or when it is wider than the window.
 * What moves is let come to rest first, since half-faded text has half its contrast.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(
    'Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined))).then(() => null)',
  );
  // The page's policy keeps scripts of others out, but not those that a debugger runs.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: (options: object) => Promise<Found> } }).axe.run({
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  const faults = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${help}\n  ${target.join(' ')}\n  ${failureSummary}`,
    ),
  );
  if (faults.length > 0) throw new Error(`axe found on ${page.url()}:\n${faults.join('\n')}`);
  const { wide, window } = await page.evaluate<{ wide: number; window: number }>(
    '(({ scrollWidth, clientWidth }) => ({ wide: scrollWidth, window: clientWidth }))(document.documentElement)',
  );
  if (wide > window) {
    throw new Error(`${page.url()} is ${wide} pixels wide in a window of ${window}.`);
  }
}
