import { SettingsError } from '@bursar/service-host';
import { describe, expect, it } from 'vitest';
import { readIngressSettings } from '../src/index.ts';
import { cookieJar } from '../src/sign-in/cookies.ts';
import { operatorRuleOf } from '../src/sign-in/operator-rules.ts';
import { readClaims } from '../src/sign-in/read-claims.ts';
import { ruleOf } from './harness/sign-in-world.ts';

const least = { DATABASE_URL: 'postgres://localhost/x', BURSAR_SECRET: 's'.repeat(32) };
const provider = { OIDC_ISSUER: 'https://id.example.com', OIDC_CLIENT_ID: 'bursar' };

/** What is wrong with the settings, by name. */
function faults(env: Record<string, string>): string[] {
  try {
    readIngressSettings({ ...least, ...env });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.faults.map((fault) => fault.split(':', 1)[0] ?? '');
  }
}

describe('the settings of signing in', () => {
  it('are all optional, and have sound defaults', () => {
    expect(readIngressSettings(least).signIn).toBeUndefined();
    expect(readIngressSettings({ ...least, ...provider }).signIn).toEqual({
      issuer: 'https://id.example.com',
      clientId: 'bursar',
      clientSecret: undefined,
      scopes: 'openid profile email',
      audience: undefined,
      verifiedClaim: undefined,
      operators: [],
      sessionSeconds: 43_200,
      idleSeconds: 7_200,
    });
  });

  it.each<[Record<string, string>, string[]]>([
    [{ OIDC_ISSUER: 'https://id.example.com' }, ['OIDC_CLIENT_ID']],
    [{ OIDC_CLIENT_ID: 'x', OPERATORS: 'a@b.c' }, ['OIDC_CLIENT_ID', 'OPERATORS']],
    [{ ...provider, OIDC_ISSUER: 'http://id.example.com' }, ['OIDC_ISSUER']],
    [{ ...provider, OIDC_ISSUER: 'http://127.0.0.1:1' }, []],
    [{ ...provider, PUBLIC_URL: 'http://bursar.example.com' }, ['PUBLIC_URL']],
    [{ ...provider, PUBLIC_URL: 'https://bursar.example.com' }, []],
    [{ ...provider, OIDC_SCOPES: 'profile email' }, ['OIDC_SCOPES']],
    [{ ...provider, OPERATORS: 'nobody' }, ['OPERATORS.0']],
    [{ ...provider, OPERATORS: 'email=boss@example.com' }, ['OPERATORS.0']],
    [{ ...provider, OPERATORS: 'preferred_username=boss' }, ['OPERATORS.0']],
    [{ ...provider, OIDC_EMAIL_VERIFIED_CLAIM: 'two claims' }, ['OIDC_EMAIL_VERIFIED_CLAIM']],
    [{ OIDC_EMAIL_VERIFIED_CLAIM: 'xms_edov' }, ['OIDC_EMAIL_VERIFIED_CLAIM']],
    [{ ...provider, SESSION_SECONDS: '1', PORT: 'x' }, ['PORT', 'SESSION_SECONDS']],
    [
      { OIDC_ISSUER: 'http://id.example.com', PORT: 'x' },
      ['PORT', 'OIDC_CLIENT_ID', 'OIDC_ISSUER'],
    ],
  ])('%j has faults in %j', (env, expected) => {
    expect(faults(env).toSorted()).toEqual(expected.toSorted());
  });
});

describe('an address is verified', () => {
  const email = 'ana@example.com';

  it('when the provider says so with the claim of the standard', () => {
    expect(readClaims({ email, email_verified: true }, undefined).email).toBe(email);
    for (const email_verified of [false, undefined, 'true', 1, 'false']) {
      expect(readClaims({ email, email_verified, xms_edov: true }, undefined).email).toBeNull();
    }
  });

  it('or with the claim that the settings name, and with no other', () => {
    for (const xms_edov of [true, 'true', 1, '1']) {
      expect(readClaims({ email, xms_edov }, 'xms_edov').email).toBe(email);
    }
    for (const xms_edov of [false, undefined, 'false', 0, '0', '', {}, []]) {
      expect(readClaims({ email, xms_edov, email_verified: true }, 'xms_edov').email).toBeNull();
    }
    expect(readClaims({ email }, 'constructor').email).toBeNull();
  });
});

describe('operators', () => {
  const rules = ['Boss@example.com', 'groups=admins', 'realm_access.roles=ops'].map(ruleOf);
  const rule = (email: string | null, claims: Record<string, unknown>) =>
    operatorRuleOf(rules, email, claims)?.text;

  it('are known by an address or by a claim, also one of many or inside another', () => {
    expect(rule('boss@EXAMPLE.com', {})).toBe('Boss@example.com');
    expect(rule(null, { groups: ['users', 'admins'] })).toBe('groups=admins');
    expect(rule(null, { groups: 'admins' })).toBe('groups=admins');
    expect(rule(null, { realm_access: { roles: ['ops'] } })).toBe('realm_access.roles=ops');
  });

  it('are nobody else', () => {
    expect(rule(null, { email: 'boss@example.com' })).toBeUndefined();
    expect(rule(null, { groups: 'admins,users' })).toBeUndefined();
    expect(rule(null, { groups: { admins: true } })).toBeUndefined();
    expect(rule(null, JSON.parse('{"__proto__": {"groups": "admins"}}'))).toBeUndefined();
  });
});

it('cookies are bound to this host and to HTTPS where there is HTTPS', () => {
  const jar = cookieJar('https://bursar.example.com');
  expect(jar.set(jar.session, 'x', 5)).toBe(
    '__Host-bursar_session=x; Path=/; Max-Age=5; HttpOnly; SameSite=Lax; Secure',
  );
  expect(cookieJar('http://127.0.0.1:8080').session).toBe('bursar_session');
});
