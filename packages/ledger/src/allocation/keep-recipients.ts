import { createHash } from 'node:crypto';
import { hexToUuid } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** Longer than any accepted command is tried. */
const KEPT_FOR_COMMAND = '31 days';
/** A preview is tried within seconds, or taken back; its list outlives a queue that stands still for a while. */
const KEPT_FOR_PREVIEW = '2 hours';

/**
 * Keeps recipients that are too many for a message: a month for a command, two hours for a preview.
 * The list's id is the hash of what it holds, so keeping it again is harmless and never shortens its
 * time. Amounts are micro-credits in the order of the owners, `null` when all get the same.
 */
export async function keepRecipients(
  db: Database,
  owners: readonly string[],
  amounts: readonly string[] | null,
  purpose: 'command' | 'preview',
): Promise<{ id: string; keptUntil: Date }> {
  const digest = createHash('sha256')
    .update(JSON.stringify([owners, amounts]))
    .digest('hex');
  const id = hexToUuid(digest.slice(0, 32));
  const time = purpose === 'command' ? KEPT_FOR_COMMAND : KEPT_FOR_PREVIEW;
  const [row] = await db<[{ keptUntil: Date }]>`
    select bursar.keep_recipients(
      ${id}::uuid, ${[...owners]}::text[], ${amounts === null ? null : [...amounts]}::text[]::bigint[],
      ${time}::text::interval) as "keptUntil"`;
  return { id, keptUntil: row.keptUntil };
}
