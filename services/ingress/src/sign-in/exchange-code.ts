import * as oidc from 'openid-client';
import type { PendingSignIn } from './pending-sign-in.ts';
import { ProviderUnavailable, type Provider } from './provider.ts';

/** Somebody who has proven to the provider who they are. */
export interface Proven {
  issuer: string;
  subject: string;
  /** Those of the ID token and, where it does not tell enough, of the userinfo endpoint. */
  claims: Readonly<Record<string, unknown>>;
  idToken: string | undefined;
}

export type ExchangeRefusal = 'cancelled' | 'expired' | 'misconfigured' | 'not_trusted';

/** `why` is for the log; it holds nothing of the person or of a token. */
export type ExchangeOutcome =
  | { ok: true; proven: Proven }
  | { ok: false; refusal: ExchangeRefusal; why: string };

/**
 * Turns the provider's answer into somebody: checks state and issuer, redeems the code with PKCE's
 * secret, and checks signature, issuer, audience, nonce and times of the ID token.
 * Throws ProviderUnavailable.
 */
export async function exchangeCode(
  provider: Provider,
  answer: URL,
  pending: PendingSignIn,
): Promise<ExchangeOutcome> {
  const configuration = await provider.configuration();
  try {
    const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      pkceCodeVerifier: pending.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) return { ok: false, refusal: 'not_trusted', why: 'no ID token' };
    const more = await furtherClaims(configuration, tokens.access_token, claims);
    return {
      ok: true,
      proven: {
        issuer: claims.iss,
        subject: claims.sub,
        claims: { ...more, ...claims },
        idToken: tokens.id_token,
      },
    };
  } catch (error) {
    return refusalOf(error);
  }
}

/** Many providers tell name and address at their userinfo endpoint only. */
async function furtherClaims(
  configuration: oidc.Configuration,
  accessToken: string,
  claims: oidc.IDToken,
): Promise<Readonly<Record<string, unknown>>> {
  const told = claims['email'] !== undefined && claims['name'] !== undefined;
  if (told || configuration.serverMetadata().userinfo_endpoint === undefined) return {};
  return oidc.fetchUserInfo(configuration, accessToken, claims.sub);
}

function refusalOf(error: unknown): ExchangeOutcome {
  if (error instanceof oidc.AuthorizationResponseError) {
    const refusal = error.error === 'access_denied' ? 'cancelled' : 'not_trusted';
    return { ok: false, refusal, why: `the provider answered ${error.error}` };
  }
  if (error instanceof oidc.ResponseBodyError) {
    const refusal = error.error === 'invalid_grant' ? 'expired' : 'misconfigured';
    return { ok: false, refusal, why: `the token endpoint answered ${error.error}` };
  }
  if (error instanceof oidc.WWWAuthenticateChallengeError) {
    return { ok: false, refusal: 'misconfigured', why: 'the provider refused its own token' };
  }
  if (error instanceof oidc.ClientError && !UNAVAILABLE.has(error.code ?? '')) {
    return { ok: false, refusal: 'not_trusted', why: `${error.message} (${error.code})` };
  }
  throw new ProviderUnavailable(error);
}

const UNAVAILABLE = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);
