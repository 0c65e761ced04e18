import { ChargeItem } from '@bursar/contracts';
import { z } from 'zod';
import type { BullJob } from '../backend/queue-backend.ts';
import { neverAgain, RetryLater } from './job-failure.ts';
import type { ItemSettlement } from './settle-items.ts';
import type { SettleWithOthers } from './waiting-jobs.ts';

/**
 * Settles one `apply-charges` job by the outcomes of its own items, having told `onItems` their
 * number. What is settled leaves the payload before the job fails, so a retry carries only what is
 * open and a dead letter only what is poisonous.
 */
export async function runCharges(
  job: BullJob,
  settleWithOthers: SettleWithOthers<ChargeItem>,
  onItems: (items: number) => void,
): Promise<void> {
  const rawItems = rawItemsOf(job.data);
  onItems(rawItems.length);
  const open = await settleReadable(rawItems, job.attemptsMade + 1, settleWithOthers);
  if (open.length === 0) return;
  if (open.length < rawItems.length) {
    await job.updateData({ items: open.map(({ raw }) => raw) });
  }
  const reason = summaryOf(open);
  throw open.some(({ status }) => status === 'retry') ? new RetryLater(reason) : neverAgain(reason);
}

type OpenItem = { readonly raw: unknown } & Exclude<ItemSettlement, { status: 'done' }>;

async function settleReadable(
  rawItems: readonly unknown[],
  attempt: number,
  settleWithOthers: SettleWithOthers<ChargeItem>,
): Promise<readonly OpenItem[]> {
  const read = rawItems.map((raw) => ({ raw, parsed: ChargeItem.safeParse(raw) }));
  const readable = read.flatMap(({ parsed }) => (parsed.success ? [parsed.data] : []));
  const settlements = readable.length === 0 ? [] : await settleWithOthers(readable, attempt);
  const next = settlements.values();
  return read.flatMap(({ raw, parsed }): readonly OpenItem[] => {
    if (!parsed.success) {
      return [{ raw, status: 'dead-letter', reason: z.prettifyError(parsed.error) }];
    }
    const settlement = next.next().value;
    if (settlement === undefined || settlement.status === 'done') return [];
    return [{ raw, ...settlement }];
  });
}

/** Items are judged one by one, so that one unreadable charge takes no other with it. */
function rawItemsOf(data: unknown): readonly unknown[] {
  const envelope = Envelope.safeParse(data);
  if (!envelope.success) throw neverAgain(z.prettifyError(envelope.error));
  return envelope.data.items;
}

const Envelope = z.object({ items: z.array(z.unknown()).min(1).max(500) });

function summaryOf(open: readonly OpenItem[]): string {
  const shown = open.slice(0, 3).map(({ raw, reason }) => `${keyOf(raw)}: ${reason}`);
  const more = open.length > shown.length ? [`and ${open.length - shown.length} more`] : [];
  return [...shown, ...more].join('; ');
}

function keyOf(raw: unknown): string {
  const keyed = z.object({ key: z.string().max(100) }).safeParse(raw);
  return keyed.success ? `charge ${keyed.data.key}` : 'a charge without a readable key';
}
