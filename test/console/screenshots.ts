import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { newDataFolder, removeDataFolder, startBursar } from '../start/start-bursar.ts';
import { CHROMIUM, FLAGS } from './harness/chromium-flags.ts';
import { PAGES, type PageToShow } from './pages.ts';

/**
 * Starts a demo of its own and photographs every page of the console, on a phone and on a desk, by
 * day and by night: `npm run screenshots [folder]`. The folder's index.html shows them side by side.
 */
const folder = process.argv[2] ?? join(import.meta.dirname, '../../.data/screenshots');

const VIEWS = [
  { name: 'desk-light', width: 1_280, height: 900, scheme: 'light' },
  { name: 'desk-dark', width: 1_280, height: 900, scheme: 'dark' },
  { name: 'phone-light', width: 390, height: 844, scheme: 'light' },
  { name: 'phone-dark', width: 390, height: 844, scheme: 'dark' },
] as const;

const WAIT_MS = 45_000;

await mkdir(folder, { recursive: true });
const dataDir = await newDataFolder();
const bursar = startBursar(dataDir);
try {
  const { api } = await bursar.ready();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    for (const view of VIEWS) await photograph(browser, api.url, view);
  } finally {
    await browser.close();
  }
  await writeFile(join(folder, 'index.html'), album());
  console.log(`${PAGES.length * VIEWS.length} pictures: ${join(folder, 'index.html')}`);
} finally {
  bursar.signal('SIGTERM');
  await bursar.ended;
  await removeDataFolder(dataDir);
  await rm(dataDir, { recursive: true, force: true });
}

async function photograph(
  browser: Browser,
  url: string,
  view: (typeof VIEWS)[number],
): Promise<void> {
  const people = new Map<string, BrowserContext>();
  for (const one of PAGES) {
    const known = people.get(one.as);
    const context = known ?? (await signedIn(browser, url, view, one.as));
    people.set(one.as, context);
    await take(context, url, one, join(folder, `${one.name}-${view.name}.png`));
  }
  for (const context of people.values()) await context.close();
}

async function signedIn(
  browser: Browser,
  url: string,
  { width, height, scheme }: (typeof VIEWS)[number],
  person: string,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  await page.goto(`${url}/me/wallet`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: person }).click();
  await page.getByRole('main').waitFor();
  await page.close();
  return context;
}

async function take(
  context: BrowserContext,
  url: string,
  { path, first }: PageToShow,
  file: string,
): Promise<void> {
  const page = await context.newPage();
  await page.goto(url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  // Nothing is loading any more. A script of ours could not ask: the page's policy forbids it.
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
  await first?.(page);
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
  const asWhole = (await page.getByRole('dialog').count()) === 0;
  await page.screenshot({ path: file, fullPage: asWhole, animations: 'disabled' });
  await page.close();
}

function album(): string {
  const rows = PAGES.map(({ name }) => {
    const pictures = VIEWS.map(
      (view) =>
        `<a href="${name}-${view.name}.png"><img loading="lazy" alt="${name}, ${view.name}" src="${name}-${view.name}.png"></a>`,
    );
    return `<h2>${name}</h2><div>${pictures.join('')}</div>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>Console</title>
<style>body{font-family:system-ui;margin:2rem}div{display:flex;gap:1rem;align-items:flex-start;overflow-x:auto}img{max-height:640px;border:1px solid #999}</style>
${rows.join('\n')}`;
}
