import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { memoryAdapter } from './memory-adapter.ts';
import { contentSecurityPolicy, messagePage, signOutPage } from './pages.ts';
import type { DevPerson, People } from './people.ts';
import type { DevClient } from './start-dev-identity.ts';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** Everything is granted and nothing is kept: keys and sessions end with the process. */
export async function providerConfiguration(
  clients: readonly DevClient[],
  people: People,
  audience: string | undefined,
  keyId: string,
): Promise<Configuration> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: keyId, use: 'sig', alg: 'ES256' };
  const origins = originsOf(clients);
  return {
    adapter: memoryAdapter(),
    jwks: { keys: [jwk] },
    clients: clients.map(metadataOf),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email', 'email_verified'] },
    scopes: ['openid'],
    pkce: { required: () => true },
    cookies: {
      names: {
        session: 'dev_identity_session',
        interaction: 'dev_identity_interaction',
        resume: 'dev_identity_resume',
      },
      keys: [randomBytes(32).toString('hex')],
    },
    findAccount: (_context, sub) => {
      const person = people.find(sub);
      if (person === undefined) return undefined;
      return { accountId: sub, claims: () => claimsOf(person) };
    },
    loadExistingGrant: grantEverything,
    clientBasedCORS: () => false,
    ttl: {
      AccessToken: 10 * MINUTE,
      AuthorizationCode: MINUTE,
      Grant: DAY,
      IdToken: 10 * MINUTE,
      Interaction: 10 * MINUTE,
      Session: DAY,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => show(context, origins, signOutPage(form)),
        postLogoutSuccessSource: (context) =>
          show(context, origins, messagePage('You are signed out', 'You can close this page.')),
      },
      ...(audience !== undefined && { resourceIndicators: apiAt(audience) }),
    },
    extraTokenClaims: (_context, token) => {
      const sub = 'accountId' in token ? token.accountId : undefined;
      const person = sub === undefined ? undefined : people.find(sub);
      return person === undefined ? undefined : { ...claimsOf(person) };
    },
    renderError: (context, { error, error_description: description }) =>
      show(
        context,
        origins,
        messagePage('This did not work', `${description ?? error} Go back to where you came from.`),
      ),
  };
}

/** Where answers are sent to. */
export const originsOf = (clients: readonly DevClient[]): string[] => [
  ...new Set(
    clients.flatMap(({ redirectUris, postLogoutRedirectUris }) =>
      [...redirectUris, ...postLogoutRedirectUris].map((uri) => new URL(uri).origin),
    ),
  ),
];

const metadataOf = (client: DevClient) => ({
  client_id: client.id,
  client_secret: client.secret,
  redirect_uris: [...client.redirectUris],
  post_logout_redirect_uris: [...client.postLogoutRedirectUris],
});

const claimsOf = ({ sub, name, email, emailVerified = true, groups = [] }: DevPerson) => ({
  sub,
  name,
  groups: [...groups],
  ...(email !== null && { email, email_verified: emailVerified }),
});

/** Nobody is asked what they allow. */
async function grantEverything(context: KoaContextWithOIDC) {
  const { client, session, provider } = context.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const known = session.grantIdFor(client.clientId);
  const grant =
    (known === undefined ? undefined : await provider.Grant.find(known)) ??
    new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile email');
  await grant.save();
  return grant;
}

/** Whoever asks for this resource is given a JWT for it instead of an opaque token. */
const apiAt = (audience: string) => ({
  enabled: true,
  defaultResource: () => [],
  getResourceServerInfo: () => ({
    scope: '',
    audience,
    accessTokenFormat: 'jwt' as const,
    jwt: { sign: { alg: 'ES256' as const } },
  }),
});

function show(context: KoaContextWithOIDC, origins: readonly string[], page: string): void {
  context.set('Content-Security-Policy', contentSecurityPolicy(origins));
  context.type = 'html';
  context.body = page;
}
