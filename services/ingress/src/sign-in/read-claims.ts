import { z } from 'zod';

/** What a provider says of somebody, as far as it counts here. */
export interface ProvenPerson {
  /** Only when the provider has verified it. */
  email: string | null;
  name: string | null;
}

const Email = z.email().max(254);
const NAME_MAX = 200;

/** Reads claims; what is not there, unverified or cannot be stored is left out. */
export function readClaims(claims: Readonly<Record<string, unknown>>): ProvenPerson {
  const email =
    claims['email_verified'] === true ? Email.safeParse(claims['email']).data : undefined;
  return { email: email ?? null, name: nameOf(claims) };
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
