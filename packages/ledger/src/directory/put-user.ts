import { inTransaction } from '../database/transaction.ts';
import type { Database } from '../database/connect.ts';

/** `undefined` keeps what is stored, `null` clears it. */
export interface UserChange {
  /** Bare id: `ana`, not `user:ana`. */
  id: string;
  email?: string | null | undefined;
  name?: string | null | undefined;
}

/** Creates a person with their wallet, or changes who they are. Repeating it changes nothing more. */
export async function putUser(db: Database, user: UserChange): Promise<{ created: boolean }> {
  const { id, ...rest } = user;
  const changes = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  );
  return inTransaction(db, async (tx) => {
    const [row] = await tx<[{ created: boolean }]>`
      select bursar.put_user(${id}, ${tx.json(changes)}) as created`;
    return { created: row.created };
  });
}
