import { createHash } from 'node:crypto';
import { hexToUuid } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/**
 * Keeps recipients that are too many for a message, for a month. The list's id is the hash of what
 * it holds, so keeping it again is harmless. Amounts are micro-credits in the order of the owners,
 * `null` when all get the same.
 */
export async function keepRecipients(
  db: Database,
  owners: readonly string[],
  amounts: readonly string[] | null,
): Promise<string> {
  const digest = createHash('sha256')
    .update(JSON.stringify([owners, amounts]))
    .digest('hex');
  const id = hexToUuid(digest.slice(0, 32));
  await db`
    select bursar.keep_recipients(
      ${id}::uuid, ${[...owners]}::text[], ${amounts === null ? null : [...amounts]}::text[]::bigint[])`;
  return id;
}
