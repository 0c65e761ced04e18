import { createHmac } from 'node:crypto';
import { startDevIdentity, type DevPerson } from '@bursar/dev-identity';
import type { Boot } from './boot.ts';
import { OPERATOR, PEOPLE } from './demo/people.ts';

/** What the ingress is told of the provider that people sign in at; nothing where it knows itself, or nobody can. */
export interface IdentitySide {
  settings: Readonly<Record<string, string>>;
  /** Of the development provider. */
  issuer: string | null;
}

const CLIENT = 'bursar';
const OPERATORS = 'bursar-operators';
const HERE = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * The provider of the settings, or our own, which asks for no password. Ours is for this machine
 * alone, so it stays away where others reach the console, and where real money is.
 */
export async function bootIdentity(
  { settings, env, running, say }: Boot,
  { port, publicUrl, secret }: { port: number; publicUrl: string; secret: string },
): Promise<IdentitySide> {
  if (settings.OIDC_ISSUER !== undefined) return { settings: {}, issuer: null };
  const why = reasonAgainst(publicUrl, settings.STRIPE_SECRET_KEY, env['NODE_ENV']);
  if (why !== null) {
    say(
      `Nobody can sign in to the console: ${why}. Set OIDC_ISSUER to the provider of your people.`,
    );
    return { settings: {}, issuer: null };
  }
  const client = {
    id: CLIENT,
    secret: clientSecretOf(secret),
    redirectUris: [`${publicUrl}/auth/callback`],
    postLogoutRedirectUris: [`${publicUrl}/`],
  };
  const people = settings.BURSAR_DEMO ? [...demoPeople(), operator()] : [operator()];
  const provider = await startDevIdentity({ port, clients: [client], people, audience: publicUrl });
  running({ name: 'identity provider', stop: () => provider.stop() });
  return {
    issuer: provider.issuer,
    settings: {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: client.id,
      OIDC_CLIENT_SECRET: client.secret,
      OIDC_AUDIENCE: publicUrl,
      OPERATORS: [
        `groups=${OPERATORS}`,
        ...(settings.OPERATORS ? [settings.OPERATORS] : []),
      ].join(),
    },
  };
}

/** Why our own provider must not run; `null` when it may. */
export function reasonAgainst(
  publicUrl: string,
  stripeKey: string | undefined,
  nodeEnv: string | undefined,
): string | null {
  if (nodeEnv === 'production')
    return 'the development provider does not run with NODE_ENV=production';
  if (stripeKey?.includes('_live_') === true) {
    return 'the development provider does not run with a live Stripe key';
  }
  return HERE.includes(new URL(publicUrl).hostname)
    ? null
    : `the development provider is for this machine only, and the public address is ${publicUrl}`;
}

/** As lasting as the data folder's secret, so that a restart changes nothing. */
const clientSecretOf = (secret: string): string =>
  createHmac('sha256', secret).update('client of the development identity provider').digest('hex');

const demoPeople = (): DevPerson[] =>
  PEOPLE.map(([id, name, role]) => ({
    sub: id,
    name,
    email: `${id}@example.com`,
    groups: [`Acme Research ${role}`],
  }));

function operator(): DevPerson {
  const [id, name] = OPERATOR;
  return { sub: id, name, email: `${id}@example.com`, groups: [OPERATORS] };
}
