import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type GenerateKeyPairResult,
} from 'jose';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEvents } from './harness/event-reader.ts';
import { AUDIENCE, CLIENT, startSignInWorld, type SignInWorld } from './harness/sign-in-world.ts';
import { SmallBrowser } from './harness/small-browser.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

const GUESSES_MAX = 40;

const sessionBy = (ingress: RunningIngress, token: string, headers: Record<string, string> = {}) =>
  ingress.call('GET', '/v1/session', { key: token, headers });

describe('a JWT of the provider', () => {
  let world: SignInWorld;
  let configuration: oidc.Configuration;

  beforeAll(async () => {
    world = await startSignInWorld();
    configuration = await oidc.discovery(
      new URL(world.identity.issuer),
      CLIENT.id,
      undefined,
      oidc.ClientSecretBasic(CLIENT.secret),
      { execute: [oidc.allowInsecureRequests] },
    );
  });
  afterAll(() => world.stop());

  /** As another program of the same company would get one. */
  async function tokensOf(sub: string, resource: Record<string, string> = { resource: AUDIENCE }) {
    const verifier = oidc.randomPKCECodeVerifier();
    const browser = new SmallBrowser();
    const address = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: `${world.url}/auth/callback`,
      scope: 'openid profile email',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...resource,
    });
    const back = await world.choose(browser, await browser.visit(address), { sub });
    const checks = { pkceCodeVerifier: verifier, idTokenExpected: true };
    return oidc.authorizationCodeGrant(configuration, back, checks, resource);
  }

  it('is the same person as in the console, with their rights and no more', async () => {
    const browser = new SmallBrowser();
    await world.signIn(browser, 'olga');
    const here = JSON.parse((await browser.ask(`${world.url}/v1/session`)).text);
    const { access_token: token } = await tokensOf('olga');
    const { body } = await sessionBy(world.ingress, token);
    expect(body).toMatchObject({ user: here.user, operator: false });
    expect(Date.parse(body.expires_at)).toBeGreaterThan(Date.now());
    for (const extra of [{ 'Bursar-Role': 'operator' }, { 'Bursar-Act-As': here.user.id }]) {
      expect((await sessionBy(world.ingress, token, extra)).status).toBe(403);
    }
  });

  it('creates a person by a verified address, and nobody without one', async () => {
    const known = await sessionBy(world.ingress, (await tokensOf('ana')).access_token);
    expect(known.body.user).toMatchObject({ name: 'Ana Ito', email: 'ana@example.com' });
    const bare = await sessionBy(world.ingress, (await tokensOf('bare')).access_token);
    expect([bare.status, bare.body.detail]).toEqual([
      403,
      expect.stringContaining('Sign in to the console once'),
    ]);
    await world.signIn(new SmallBrowser(), 'bare');
    expect((await sessionBy(world.ingress, (await tokensOf('bare')).access_token)).status).toBe(
      200,
    );
  });

  it('is for this API: neither an ID token nor an opaque one opens it', async () => {
    const { id_token: idToken = '', access_token: opaque } = await tokensOf('ana', {});
    for (const token of [idToken, opaque]) {
      expect((await sessionBy(world.ingress, token)).status).toBe(401);
    }
  });

  it('is refused when a letter of it was changed', async () => {
    const { access_token: token } = await tokensOf('ana');
    const [head, body, signature = ''] = token.split('.');
    const forged = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect((await sessionBy(world.ingress, `${head}.${body}.${forged}`)).status).toBe(401);
    expect((await sessionBy(world.ingress, `${head}.${body}.`)).status).toBe(401);
  });
});

/** Tokens that no sound provider would sign need a signer of our own: its keys are real, its claims are not. */
describe('a JWT that something is wrong with', () => {
  let ingress: RunningIngress;
  let server: Server;
  let issuer: string;
  let keys: GenerateKeyPairResult;

  beforeAll(async () => {
    keys = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
    server = createServer((request, response) => {
      const metadata = {
        issuer,
        jwks_uri: `${issuer}/jwks`,
        authorization_endpoint: `${issuer}/a`,
      };
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(request.url === '/jwks' ? { keys: [jwk] } : metadata));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const unauthenticated = { points: GUESSES_MAX, seconds: 600 };
    ingress = await startIngress({ unauthenticated }, undefined, {
      signIn: {
        issuer,
        clientId: 'x',
        clientSecret: undefined,
        scopes: 'openid',
        audience: AUDIENCE,
        verifiedClaim: undefined,
        operators: [],
        sessionSeconds: 60,
        idleSeconds: 60,
      },
    });
  });
  afterAll(async () => {
    await ingress.stop();
    server.close();
  });

  const NOW = () => Math.floor(Date.now() / 1_000);
  const claims = (change: Record<string, unknown> = {}) => ({
    iss: issuer,
    aud: AUDIENCE,
    sub: 'sound',
    exp: NOW() + 300,
    email: 'sound@example.com',
    email_verified: true,
    ...change,
  });
  const sign = (payload: Record<string, unknown>, key: CryptoKey = keys.privateKey) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(key);

  it('is what the others differ from by one claim', async () => {
    expect((await sessionBy(ingress, await sign(claims()))).status).toBe(200);
    expect((await sessionBy(ingress, await sign(claims({ exp: NOW() - 30 })))).status).toBe(200);
    expect((await sessionBy(ingress, await sign(claims({ nbf: NOW() + 30 })))).status).toBe(200);
  });

  it('ends the stream that it opened, at its time', async () => {
    const Authorization = `Bearer ${await sign(claims({ exp: NOW() + 2 }))}`;
    const { body } = await ingress.call('GET', '/v1/session', { headers: { Authorization } });
    const events = `${ingress.url}/v1/wallets/${body.user.id}/events`;
    const reader = await openEvents(events, { Authorization });
    expect(reader.status).toBe(200);
    await reader.ended();
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['of another issuer', () => ({ iss: 'https://evil.example' })],
    ['for another audience', () => ({ aud: 'https://other.example' })],
    ['for nobody', () => ({ aud: undefined })],
    ['that has expired', () => ({ exp: NOW() - 90 })],
    ['that never expires', () => ({ exp: undefined })],
    ['that is not valid yet', () => ({ nbf: NOW() + 90 })],
    ['without a subject', () => ({ sub: undefined })],
  ])('is refused: one %s', async (_case, change) => {
    const answer = await sessionBy(ingress, await sign(claims(change())));
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
  });

  it('is refused without a signature, by another key, and with the public key as a secret', async () => {
    const other = await generateKeyPair('ES256');
    const publicText = new TextEncoder().encode(JSON.stringify(await exportJWK(keys.publicKey)));
    const byHmac = new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'one' });
    for (const token of [
      new UnsecuredJWT(claims()).encode(),
      await sign(claims(), other.privateKey),
      await byHmac.sign(publicText),
    ]) {
      expect((await sessionBy(ingress, token)).status).toBe(401);
    }
  });

  it('joins nobody by an address that is not verified', async () => {
    await ingress.call('PUT', '/v1/users/target', { body: { email: 'target@example.com' } });
    for (const verified of [false, undefined, 'true', 1]) {
      const change = { sub: 'liar', email: 'target@example.com', email_verified: verified };
      expect((await sessionBy(ingress, await sign(claims(change)))).status).toBe(403);
    }
  });

  // Last: afterwards this address has no attempts left.
  it('passes while others guess from its network, once it was good', async () => {
    const [known, fresh] = [await sign(claims()), await sign(claims({ jti: 'fresh' }))];
    expect((await sessionBy(ingress, known)).status).toBe(200);
    for (let count = 0; count < GUESSES_MAX; count += 1) await sessionBy(ingress, 'guess');
    expect((await sessionBy(ingress, fresh)).status).toBe(429);
    expect((await sessionBy(ingress, known)).status).toBe(200);
  });
});
