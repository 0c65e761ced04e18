import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

/** `undefined` keeps what is stored, `null` clears it. */
export interface UserChange {
  /** Bare id: `ana`, not `user:ana`. */
  id: string;
  email?: string | null | undefined;
  name?: string | null | undefined;
  /** The person wrote the address themselves, and nobody has confirmed it: nobody is joined by it. */
  emailUnconfirmed?: boolean;
}

/** Creates a person with their wallet, or changes who they are. Repeating it changes nothing more. */
export async function putUser(db: Database, user: UserChange): Promise<{ created: boolean }> {
  const { id, emailUnconfirmed, ...rest } = user;
  const known = { ...rest, ...(emailUnconfirmed && { email_unconfirmed: true }) };
  const changes = Object.fromEntries(
    Object.entries(known).filter(([, value]) => value !== undefined),
  );
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ created: boolean }]>`
      select bursar.put_user(${id}, ${tx.json(changes)}) as created`;
    return { created: row.created };
  });
}
