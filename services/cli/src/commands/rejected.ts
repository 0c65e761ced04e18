import { createHash } from 'node:crypto';
import { ChargeItem, formatAmount, hexToUuid } from '@bursar/contracts';
import {
  connectDatabase,
  listRejectedOperations,
  type RejectedOperationView,
} from '@bursar/ledger/reads';
import { chargeShard, type Queues } from '@bursar/queues';
import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import { withQueues, type Installation } from '../installation.ts';
import { print, table, voiceOf } from '../output.ts';

const PAGE = 100;

/** `bursar rejected …`: charges to wallets that did not exist, kept so that they can be replayed. */
export function addRejected(program: Command): void {
  const group = program
    .command('rejected')
    .description('charges to wallets that did not exist: list or replay');

  group.command('list').action(async (_options: unknown, command: Command) => {
    const kept = await withQueues(process.env, (_queues, installation) => readKept(installation));
    print(voiceOf(command), kept, () =>
      kept.length === 0
        ? 'No charge waits for a wallet.'
        : table(
            ['key', 'wallet', 'amount', 'product', 'refused at'],
            kept.map((item) => [
              item.charge.key,
              item.charge.wallet,
              formatAmount(BigInt(item.charge.amount)),
              item.charge.product,
              item.refusedAt,
            ]),
          ),
    );
  });

  group
    .command('replay')
    .description('charge again those whose wallet exists by now, each at most once')
    .option('--wallet <owner>', 'of one wallet only')
    .action(async (options: { wallet?: string }, command: Command) => {
      const replayed = await withQueues(process.env, async (queues, installation) => {
        const kept = await readKept(installation);
        const chosen = kept.filter(
          ({ charge }) => options.wallet === undefined || charge.wallet === options.wallet,
        );
        await enqueueAgain(
          queues,
          chosen.map(({ charge }) => charge),
        );
        return chosen.length;
      });
      print(voiceOf(command), { replayed }, () => `${replayed} charges are back in the queue.`);
    });
}

interface KeptCharge {
  charge: ChargeItem;
  refusedAt: string;
}

async function readKept(installation: Installation): Promise<KeptCharge[]> {
  const db = connectDatabase({ url: installation.databaseUrl, role: 'bursar_ingress', max: 1 });
  try {
    const kept: KeptCharge[] = [];
    let before: string | undefined;
    do {
      const page = await listRejectedOperations(db, { limit: PAGE, ...(before ? { before } : {}) });
      kept.push(...page.rows.flatMap(keptFrom));
      before = page.next ?? undefined;
    } while (before !== undefined);
    return kept;
  } finally {
    await db.end({ timeout: 5 });
  }
}

function keptFrom(row: RejectedOperationView): KeptCharge[] {
  if (row.command === null) return [];
  const accepted = row.command['accepted_at'];
  const parsed = ChargeItem.safeParse({
    ...row.command,
    accepted_at: typeof accepted === 'string' ? new Date(accepted).toISOString() : accepted,
  });
  if (!parsed.success) {
    throw new CommandFailed(
      `The kept charge ${row.key} cannot be read: ${parsed.error.message}`,
      2,
    );
  }
  return [{ charge: parsed.data, refusedAt: row.completedAt?.toISOString() ?? '' }];
}

/** A refusal is final under its key, so the replay has a key of its own, the same for every replay. */
async function enqueueAgain(queues: Queues, charges: ChargeItem[]): Promise<void> {
  for (const charge of charges) {
    const shard = chargeShard(charge.wallet, queues.chargeShards);
    const item = { ...charge, key: replayKey(charge.key) };
    await queues.enqueue('apply-charges', { items: [item] }, { shard });
  }
}

const replayKey = (key: string): string =>
  hexToUuid(createHash('sha256').update(`replay:${key}`).digest('hex').slice(0, 32));
