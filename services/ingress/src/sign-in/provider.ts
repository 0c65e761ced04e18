import * as oidc from 'openid-client';
import type { SignInSettings } from './sign-in-settings.ts';

/** The provider does not answer, or not as one should. Sessions go on without it. */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable';
  constructor(cause: unknown) {
    super('The provider that people sign in at does not answer as it should.', { cause });
  }
}

export interface Provider {
  readonly settings: SignInSettings;
  /** What is known of the provider, asked for at first use. Throws ProviderUnavailable. */
  configuration: () => Promise<oidc.Configuration>;
  /** The origins that forms may lead to on the way to the provider, as far as they are known. */
  origins: () => string[];
}

/** Signatures that count, whatever a provider offers beside them. */
export const SIGNATURES = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const ANSWER_LIMIT_SECONDS = 5;
const KNOWN_MS = 60 * 60_000;
/** So that a provider that is down is not asked by everybody at once, and found soon when it is back. */
const FAILED_MS = 3_000;

/** Asks the provider for its metadata once an hour; what was known goes on counting while it is down. */
export function createProvider(settings: SignInSettings): Provider {
  let known: { configuration: oidc.Configuration; until: number } | undefined;
  let failed: { error: unknown; until: number } | undefined;
  let asking: Promise<oidc.Configuration> | undefined;

  async function ask(): Promise<oidc.Configuration> {
    try {
      const configuration = await discover(settings);
      known = { configuration, until: performance.now() + KNOWN_MS };
      return configuration;
    } catch (error) {
      failed = { error, until: performance.now() + FAILED_MS };
      if (known !== undefined) return known.configuration;
      throw new ProviderUnavailable(error);
    } finally {
      asking = undefined;
    }
  }

  return {
    settings,
    async configuration() {
      const now = performance.now();
      if (known !== undefined && known.until > now) return known.configuration;
      if (failed !== undefined && failed.until > now) {
        if (known !== undefined) return known.configuration;
        throw new ProviderUnavailable(failed.error);
      }
      asking ??= ask();
      return asking;
    },
    origins() {
      const metadata = known?.configuration.serverMetadata();
      const addresses = [
        settings.issuer,
        metadata?.authorization_endpoint,
        metadata?.end_session_endpoint,
      ];
      return [
        ...new Set(addresses.flatMap((address) => (address ? [new URL(address).origin] : []))),
      ];
    },
  };
}

async function discover(settings: SignInSettings): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret } = settings;
  const plain = issuer.startsWith('http://');
  const found = await oidc.discovery(new URL(issuer), clientId, undefined, undefined, {
    timeout: ANSWER_LIMIT_SECONDS,
    execute: plain ? [oidc.allowInsecureRequests] : [],
  });
  const metadata = metadataOf(found);
  const offered = metadata.id_token_signing_alg_values_supported ?? ['RS256'];
  const configuration = new oidc.Configuration(
    {
      ...metadata,
      id_token_signing_alg_values_supported: offered.filter((name) => SIGNATURES.includes(name)),
    },
    clientId,
    { [oidc.clockTolerance]: 60 },
    clientAuthentication(clientSecret, metadata.token_endpoint_auth_methods_supported),
  );
  configuration.timeout = ANSWER_LIMIT_SECONDS;
  if (plain) oidc.allowInsecureRequests(configuration);
  // The signature counts although the token comes from the provider itself.
  oidc.enableNonRepudiationChecks(configuration);
  return configuration;
}

/** What the provider says of itself, without the function that comes with it. */
const metadataOf = (configuration: oidc.Configuration): oidc.ServerMetadata => ({
  ...configuration.serverMetadata(),
  supportsPKCE: undefined,
});

/** `client_secret_basic` is what providers must offer when they do not say. */
function clientAuthentication(
  secret: string | undefined,
  offered: readonly string[] = ['client_secret_basic'],
): oidc.ClientAuth {
  if (secret === undefined) return oidc.None();
  return offered.includes('client_secret_post') && !offered.includes('client_secret_basic')
    ? oidc.ClientSecretPost(secret)
    : oidc.ClientSecretBasic(secret);
}
