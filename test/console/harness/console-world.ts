import { startDevIdentity, type DevPerson } from '@bursar/dev-identity';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { freePort } from '../../../packages/queues/test/harness/free-port.ts';
import type { SystemApi } from '../../harness/system-api.ts';
import { startWholeSystem, type WholeSystem } from '../../harness/whole-system.ts';
import { CHROMIUM, FLAGS } from './chromium-flags.ts';
import { builtConsole } from './built-console.ts';

/** Who can sign in with one click, and what they are in Acme Research; `sam` is in no organization. */
const PEOPLE = {
  ana: { name: 'Ana Ito', role: 'owner' },
  ben: { name: 'Ben Okafor', role: 'admin' },
  chloe: { name: 'Chloé Martin', role: 'member' },
  dev: { name: 'Dev Patel', role: 'member' },
  emma: { name: 'Emma Larsen', role: 'member' },
  sam: { name: 'Sam Solo', role: null },
  olga: { name: 'Olga Olsen', role: null },
} as const;

export type Person = keyof typeof PEOPLE;

export interface View {
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
  /** The language of the browser, which decides how numbers are written. */
  locale?: string;
  /** Where to go; the wallet unless told. */
  path?: string;
}

/** The whole system with the console, people who can sign in, and a browser. */
export interface ConsoleWorld {
  readonly system: WholeSystem;
  readonly api: SystemApi;
  readonly url: string;
  /** A page of a browser that nobody used before, signed in with one click. `olga` is an operator. */
  signInAs(person: Person, view?: View): Promise<Page>;
  stop(): Promise<void>;
}

/** Starts it; whoever started it stops it. Everybody of the list above exists, and so does `org:acme`. */
export async function startConsole(): Promise<ConsoleWorld> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).toReversed()) await one();
  };
  try {
    await builtConsole();
    const system = await startSystem(stops);
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    stops.push(() => browser.close());
    await gather(system.api);
    const signInAs = (person: Person, view?: View): Promise<Page> =>
      signIn(browser, system.url, PEOPLE[person].name, view);
    return { system, api: system.api, url: system.url, signInAs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSystem(stops: (() => Promise<void>)[]): Promise<WholeSystem> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const client = { id: 'bursar-test', secret: 'a-secret-of-this-test-client' };
  const identity = await startDevIdentity({
    clients: [
      { ...client, redirectUris: [`${url}/auth/callback`], postLogoutRedirectUris: [`${url}/`] },
    ],
    people: Object.entries(PEOPLE).map(([id, { name }]): DevPerson => ({
      sub: id,
      name,
      email: `${id}@example.com`,
      ...(id === 'olga' && { groups: ['operators'] }),
    })),
    audience: url,
  });
  stops.push(() => identity.stop());
  const system = await startWholeSystem({
    backend: 'postgres',
    port,
    settings: {
      OIDC_ISSUER: identity.issuer,
      OIDC_CLIENT_ID: client.id,
      OIDC_CLIENT_SECRET: client.secret,
      OIDC_AUDIENCE: url,
      OPERATORS: 'groups=operators',
      WEBHOOK_ALLOW_LOOPBACK: '1',
    },
  });
  stops.push(() => system.stop());
  return system;
}

/** As a product's back end would: people with ids of its own, joined at sign-in by their address. */
async function gather(api: SystemApi): Promise<void> {
  const put = async (path: string, body: object): Promise<void> => {
    const { status, text } = await api.put(path, body);
    if (status >= 300) throw new Error(`PUT ${path}: ${text}`);
  };
  for (const [id, { name }] of Object.entries(PEOPLE)) {
    await put(`/v1/users/${id}`, { name, email: `${id}@example.com` });
  }
  await put('/v1/organizations/acme', { name: 'Acme Research' });
  for (const [id, { role }] of Object.entries(PEOPLE)) {
    if (role !== null) await put(`/v1/organizations/acme/members/${id}`, { role });
  }
}

/** Patience for a machine that does several things at once. */
const WAIT_MS = 45_000;

async function signIn(browser: Browser, url: string, name: string, view: View = {}): Promise<Page> {
  const {
    width = 1_280,
    height = 900,
    scheme = 'light',
    path = '/me/wallet',
    locale = 'en-US',
  } = view;
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale,
    timezoneId: 'UTC',
  });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  await page.goto(url + path);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('button', { name }).click();
  await page.waitForURL(`${url}${path}*`);
  await page.getByRole('main').waitFor();
  return page;
}
