import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

/** What a provider says that is compromised, broken, or somebody else's. */
export interface Lies {
  /** Over what a sound ID token would say; `undefined` leaves a claim out. */
  claims?: Record<string, unknown>;
  signature?: 'sound' | 'none' | 'by another key';
  /** Whom the userinfo endpoint talks of. */
  userinfoSubject?: string;
  /** What the token endpoint answers instead of tokens. */
  tokenStatus?: number;
  tokenError?: string;
  /** Answers nothing but errors. */
  down?: boolean;
}

export interface LyingProvider {
  issuer: string;
  /** Said from now on. */
  lies: Lies;
  /** Requests to the token endpoint. */
  redeemed: number;
  stop: () => Promise<void>;
}

/** The least of a provider, for what no sound one ever does. Codes hold the nonce that was asked for. */
export async function startLyingProvider(clientId: string): Promise<LyingProvider> {
  const [keys, others] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const provider: LyingProvider = {
    issuer,
    lies: {},
    redeemed: 0,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };

  function idToken(nonce: string): string | Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: issuer,
      aud: clientId,
      sub: 'lia',
      iat: now,
      exp: now + 300,
      nonce,
      ...provider.lies.claims,
    };
    if (provider.lies.signature === 'none') return new UnsecuredJWT(claims).encode();
    const key = provider.lies.signature === 'by another key' ? others : keys;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(key.privateKey);
  }

  async function answer(path: string, body: string): Promise<[number, object]> {
    if (provider.lies.down === true) return [503, {}];
    switch (path) {
      case '/jwks':
        return [200, { keys: [jwk] }];
      case '/token': {
        provider.redeemed += 1;
        const { tokenStatus = 200, tokenError } = provider.lies;
        if (tokenStatus !== 200) return [tokenStatus, tokenError ? { error: tokenError } : {}];
        const nonce = new URLSearchParams(body).get('code') ?? '';
        return [
          200,
          { access_token: 'opaque', token_type: 'Bearer', id_token: await idToken(nonce) },
        ];
      }
      case '/userinfo':
        return [200, { sub: provider.lies.userinfoSubject ?? 'lia', name: 'Lia' }];
      default:
        return [
          200,
          {
            issuer,
            jwks_uri: `${issuer}/jwks`,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
            userinfo_endpoint: `${issuer}/userinfo`,
            id_token_signing_alg_values_supported: ['none', 'HS256', 'ES256'],
          },
        ];
    }
  }

  server.on('request', (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      void answer(request.url ?? '', body).then(([status, document]) => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(document));
      });
    });
  });
  return provider;
}
