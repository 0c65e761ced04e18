import type { Logger } from '@bursar/service-host';
import { startDevIdentity, type DevIdentity, type DevPerson } from '@bursar/dev-identity';
import { freePort } from '../../../../packages/queues/test/harness/free-port.ts';
import type { OverloadLimits } from '../../src/service/settings.ts';
import { readOperatorRule, type OperatorRule } from '../../src/sign-in/operator-rules.ts';
import type { SignInSettings } from '../../src/sign-in/sign-in-settings.ts';
import { startIngress, type RunningIngress } from './running-ingress.ts';
import { SmallBrowser, type Page } from './small-browser.ts';

const PEOPLE: readonly DevPerson[] = [
  { sub: 'ana', name: 'Ana Ito', email: 'ana@example.com' },
  { sub: 'ben', name: 'Ben Okafor', email: 'ben@example.com' },
  { sub: 'nina', name: 'Nina New', email: 'nina@example.com' },
  { sub: 'bare', name: 'No Address', email: null },
  { sub: 'liar', name: 'Not Ana', email: 'ana@example.com', emailVerified: false },
  { sub: 'olga', name: 'Olga Olsen', email: 'olga@example.com', groups: ['bursar-operators'] },
];

export const CLIENT = { id: 'bursar-test', secret: 'a secret of the client: 100% odd & long' };
export const AUDIENCE = 'https://api.bursar.test';

/** An ingress and a real OpenID provider that knows it. */
export interface SignInWorld {
  ingress: RunningIngress;
  /** The address of the ingress. */
  url: string;
  identity: DevIdentity;
  /** Goes all the way to a page of ours as one of the people. */
  signIn: (browser: SmallBrowser, sub: string, returnTo?: string) => Promise<Page>;
  /** As far as the page on which somebody chooses who they are. */
  begin: (browser: SmallBrowser, returnTo?: string) => Promise<Page>;
  /** Chooses there, and stops at the address that leads back to us. */
  choose: (browser: SmallBrowser, page: Page, form: Record<string, string>) => Promise<URL>;
  stop: () => Promise<void>;
}

export async function startSignInWorld(
  settings: Partial<SignInSettings> = {},
  limits: Partial<OverloadLimits> = {},
  log?: Logger,
): Promise<SignInWorld> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const identity = await startDevIdentity({
    clients: [
      { ...CLIENT, redirectUris: [`${url}/auth/callback`], postLogoutRedirectUris: [`${url}/`] },
    ],
    people: PEOPLE,
    audience: AUDIENCE,
  });
  const ingress = await startIngress(
    limits,
    undefined,
    {
      port,
      publicUrl: url,
      signIn: {
        issuer: identity.issuer,
        clientId: CLIENT.id,
        clientSecret: CLIENT.secret,
        scopes: 'openid profile email',
        audience: AUDIENCE,
        verifiedClaim: undefined,
        operators: [ruleOf('groups=bursar-operators')],
        sessionSeconds: 3_600,
        idleSeconds: 600,
        ...settings,
      },
    },
    log,
  );
  const begin = (browser: SmallBrowser, returnTo = '/docs/'): Promise<Page> =>
    browser.visit(`${url}/auth/sign-in?${new URLSearchParams({ return_to: returnTo }).toString()}`);
  const choose = async (
    browser: SmallBrowser,
    page: Page,
    form: Record<string, string>,
  ): Promise<URL> => {
    let next = await browser.ask(page.url, { form });
    for (;;) {
      const location = new URL(next.headers.get('Location') ?? 'missing:', next.url);
      if (location.origin !== identity.issuer) return location;
      next = await browser.ask(location);
    }
  };
  return {
    ingress,
    url,
    identity,
    begin,
    choose,
    signIn: async (browser, sub, returnTo) =>
      browser.visit(await choose(browser, await begin(browser, returnTo), { sub })),
    async stop() {
      await ingress.stop();
      await identity.stop();
    },
  };
}

export function ruleOf(text: string): OperatorRule {
  const rule = readOperatorRule(text);
  if (typeof rule === 'string') throw new Error(rule);
  return rule;
}
