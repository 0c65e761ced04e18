import { formatAmount } from '@bursar/contracts';
import { chargeShard, type Queues } from '@bursar/queues';
import type { Command } from 'commander';
import { withInstallation, withQueuesOf } from '../installation.ts';
import { readKeptCharges, type KeptCharge } from '../kept-charges.ts';
import { print, table, voiceOf } from '../output.ts';

/** How many replays are handed to the queue in one round trip. */
const CHARGES_AT_ONCE = 500;

/** `bursar rejected …`: charges to wallets that did not exist, kept so that they can be replayed. */
export function addRejected(program: Command): void {
  const group = program
    .command('rejected')
    .description('charges to wallets that did not exist: list or replay');

  group
    .command('list')
    .description('those that no replay has charged yet')
    .action(async (_options: unknown, command: Command) => {
      const kept = await withInstallation(process.env, ({ databaseUrl }) =>
        readKeptCharges(databaseUrl),
      );
      print(voiceOf(command), kept, () =>
        kept.length === 0 ? 'No charge waits for a wallet.' : asTable(kept),
      );
    });

  group
    .command('replay [key...]')
    .description('charge again those whose wallet exists by now; each succeeds at most once')
    .option('--wallet <owner>', 'of one wallet only')
    .action(async (keys: string[], options: { wallet?: string }, command: Command) => {
      const { replayed, waiting } = await replay(
        ({ charge }) =>
          (keys.length === 0 || keys.includes(charge.key)) &&
          (options.wallet === undefined || options.wallet === charge.wallet),
      );
      print(voiceOf(command), { replayed, waiting }, () =>
        [
          `${replayed} charges are back in the queue.`,
          ...(waiting === 0 ? [] : [`${waiting} still wait for their wallet to be created.`]),
        ].join('\n'),
      );
    });
}

const replay = (
  isChosen: (kept: KeptCharge) => boolean,
): Promise<{ replayed: number; waiting: number }> =>
  withInstallation(process.env, async (installation) => {
    const chosen = (await readKeptCharges(installation.databaseUrl)).filter(isChosen);
    const ready = chosen.filter((kept) => kept.walletExists);
    if (ready.length > 0) {
      await withQueuesOf(installation, (queues) => enqueueAgain(queues, ready));
    }
    return { replayed: ready.length, waiting: chosen.length - ready.length };
  });

async function enqueueAgain(queues: Queues, kept: readonly KeptCharge[]): Promise<void> {
  for (let start = 0; start < kept.length; start += CHARGES_AT_ONCE) {
    await queues.enqueueMany(
      kept.slice(start, start + CHARGES_AT_ONCE).map(({ charge, replay: item }) => ({
        job: 'apply-charges',
        payload: { items: [item] },
        options: { shard: chargeShard(charge.wallet, queues.chargeShards) },
      })),
    );
  }
}

const asTable = (kept: readonly KeptCharge[]): string =>
  table(
    ['key', 'wallet', 'amount', 'product', 'refused at', 'wallet exists', 'refused again'],
    kept.map(({ charge, refusedAt, walletExists, refusedAgain }) => [
      charge.key,
      charge.wallet,
      formatAmount(BigInt(charge.amount)),
      charge.product,
      refusedAt,
      walletExists ? 'yes' : 'no',
      refusedAgain ?? '',
    ]),
  );
