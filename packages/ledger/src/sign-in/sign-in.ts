import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

/** Somebody as an OpenID provider knows them. */
export interface Identity {
  issuer: string;
  subject: string;
  /** Only an address that the provider has verified. */
  email: string | null;
  name: string | null;
}

export type SignInRefusal = 'address_taken' | 'address_ambiguous';

/** `user` is a bare id. */
export type SignInOutcome = { ok: true; user: string } | { ok: false; refusal: SignInRefusal };

/** The bare id of the person that an identity is joined to; `null` for nobody yet. */
export async function findIdentity(
  db: Database,
  { issuer, subject }: Pick<Identity, 'issuer' | 'subject'>,
): Promise<string | null> {
  const [row] = await db<[{ person: string | null }]>`
    select bursar.find_identity(${issuer}, ${subject}) as person`;
  return row.person;
}

/**
 * Finds who an identity is here. One that is new is joined to the person with its verified address,
 * or becomes a new person with a wallet; both happen once, however many sign in at the same time.
 */
export async function signIn(db: Database, identity: Identity): Promise<SignInOutcome> {
  const { issuer, subject, email, name } = identity;
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ refusal: SignInRefusal | null; person: string }]>`
      select s.refusal, s.person from bursar.sign_in(${issuer}, ${subject}, ${email}, ${name}) s`;
    return row.refusal === null
      ? { ok: true, user: row.person }
      : { ok: false, refusal: row.refusal };
  });
}
