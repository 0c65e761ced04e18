import type { Page } from 'playwright-core';

/** Collects what the browser complains of: scripts that failed, and what the page's policy refused. */
export function collectFaults(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    // Refusals of the API are shown on the page, and the browser logs each of them on top.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
      faults.push(text);
  });
  return faults;
}
