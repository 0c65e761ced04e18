import { setting } from '@bursar/service-host';
import { z } from 'zod';
import { readOperatorRule, type OperatorRule } from './operator-rules.ts';

const operatorRules = setting.list.pipe(
  z
    .array(
      z.string().transform((text, context): OperatorRule => {
        const rule = readOperatorRule(text);
        if (typeof rule !== 'string') return rule;
        context.addIssue({ code: 'custom', message: rule });
        return z.NEVER;
      }),
    )
    .max(
      200,
      'must name 200 operators at most; use a group of the provider, such as groups=admins',
    ),
);

/** Settings of signing in, as strings in the environment. */
export const SIGN_IN_SETTINGS = {
  OIDC_ISSUER: setting.url(['https', 'http']).optional(),
  OIDC_CLIENT_ID: z.string().max(500).optional(),
  OIDC_CLIENT_SECRET: z.string().max(2_000).optional(),
  OIDC_SCOPES: z
    .string()
    .regex(
      /^[!-~]+( [!-~]+)*$/,
      'must be scopes with a space in between, such as openid profile email',
    )
    .refine((text) => text.split(' ').includes('openid'), 'must contain openid')
    .default('openid profile email'),
  OIDC_AUDIENCE: z.string().max(500).optional(),
  OIDC_EMAIL_VERIFIED_CLAIM: z
    .string()
    .regex(/^[!-~]{1,200}$/, 'must be the name of one claim, such as xms_edov')
    .optional(),
  OPERATORS: operatorRules.default([]),
  SESSION_SECONDS: setting.integer(60, 30 * 86_400).default(12 * 3_600),
  SESSION_IDLE_SECONDS: setting.integer(10, 30 * 86_400).default(2 * 3_600),
};

/** How people sign in, where they can. */
export interface SignInSettings {
  /** As the provider spells it; identities are known by it. */
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  /** With a space in between. */
  scopes: string;
  /** Of JWTs that callers may send; without it none are accepted. */
  audience: string | undefined;
  /** The claim by which this provider says that it has verified an address; the standard's unless set. */
  verifiedClaim: string | undefined;
  operators: readonly OperatorRule[];
  sessionSeconds: number;
  idleSeconds: number;
}

interface Read {
  OIDC_ISSUER?: string | undefined;
  OIDC_CLIENT_ID?: string | undefined;
  OIDC_CLIENT_SECRET?: string | undefined;
  OIDC_SCOPES: string;
  OIDC_AUDIENCE?: string | undefined;
  OIDC_EMAIL_VERIFIED_CLAIM?: string | undefined;
  OPERATORS: readonly OperatorRule[];
  SESSION_SECONDS: number;
  SESSION_IDLE_SECONDS: number;
}

/** `undefined` where signing in is not set up. */
export function signInSettings(read: Read): SignInSettings | undefined {
  if (read.OIDC_ISSUER === undefined || read.OIDC_CLIENT_ID === undefined) return undefined;
  return {
    issuer: read.OIDC_ISSUER,
    clientId: read.OIDC_CLIENT_ID,
    clientSecret: read.OIDC_CLIENT_SECRET,
    scopes: read.OIDC_SCOPES,
    audience: read.OIDC_AUDIENCE,
    verifiedClaim: read.OIDC_EMAIL_VERIFIED_CLAIM,
    operators: read.OPERATORS,
    sessionSeconds: read.SESSION_SECONDS,
    idleSeconds: read.SESSION_IDLE_SECONDS,
  };
}

/** Those that mean nothing without a provider. */
const OF_THE_PROVIDER = [
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_AUDIENCE',
  'OIDC_EMAIL_VERIFIED_CLAIM',
  'OPERATORS',
] as const;

const RAW = z.object({
  OIDC_ISSUER: z.string().optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_EMAIL_VERIFIED_CLAIM: z.string().optional(),
  OPERATORS: z.string().optional(),
  PUBLIC_URL: z.string().optional(),
});

/** The same settings as text, for what is wrong between them. */
export const RawSignInSettings = RAW;

/** What is fine alone and wrong together. Over plain HTTP everybody on the way could take a session. */
export function signInContradictions(raw: z.output<typeof RAW>): string[] {
  const faults: string[] = [];
  if (raw.OIDC_ISSUER === undefined) {
    return OF_THE_PROVIDER.filter((name) => raw[name] !== undefined).map(
      (name) => `${name}: needs OIDC_ISSUER, the address of the provider that people sign in at`,
    );
  }
  if (raw.OIDC_CLIENT_ID === undefined) {
    faults.push(
      'OIDC_CLIENT_ID: is needed with OIDC_ISSUER: what the provider calls this installation',
    );
  }
  if (!isSafe(raw.OIDC_ISSUER)) {
    faults.push('OIDC_ISSUER: must start with https:// unless it is on this machine');
  }
  if (raw.PUBLIC_URL !== undefined && !isSafe(raw.PUBLIC_URL)) {
    faults.push(
      'PUBLIC_URL: must start with https:// with OIDC_ISSUER, unless it is on this machine',
    );
  }
  return faults;
}

/** Whether cookies and tokens may travel so. What is no URL has its own fault. */
function isSafe(address: string): boolean {
  const url = URL.parse(address);
  return url === null || url.protocol !== 'http:' || isLoopback(url.hostname);
}

export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
