import { z } from 'zod';

/** What a provider says of somebody, as far as it counts here. */
export interface ProvenPerson {
  /** Only when the provider has verified it. */
  email: string | null;
  name: string | null;
}

const Email = z.email().max(254);
const NAME_MAX = 200;

/**
 * Reads claims; what is not there, unverified or cannot be stored is left out. `verifiedClaim` names
 * the provider's own word for a verified address.
 */
export function readClaims(
  claims: Readonly<Record<string, unknown>>,
  verifiedClaim: string | undefined,
): ProvenPerson {
  const email = isVerified(claims, verifiedClaim)
    ? Email.safeParse(claims['email']).data
    : undefined;
  return { email: email ?? null, name: nameOf(claims) };
}

/** The standard's claim is a boolean; providers that need one of their own spell it in several ways. */
function isVerified(
  claims: Readonly<Record<string, unknown>>,
  verifiedClaim: string | undefined,
): boolean {
  if (verifiedClaim === undefined) return claims['email_verified'] === true;
  const said = Object.hasOwn(claims, verifiedClaim) ? claims[verifiedClaim] : undefined;
  return said === true || said === 'true' || said === 1 || said === '1';
}

function nameOf(claims: Readonly<Record<string, unknown>>): string | null {
  for (const claim of ['name', 'preferred_username', 'nickname']) {
    const value = claims[claim];
    if (typeof value !== 'string') continue;
    // PostgreSQL stores no NUL, and no name holds the others.
    const name = value
      .replaceAll(/[\p{Cc}\p{Cs}]/gu, '')
      .trim()
      .slice(0, NAME_MAX)
      .toWellFormed();
    if (name !== '') return name;
  }
  return null;
}
