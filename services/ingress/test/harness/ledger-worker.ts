import {
  applyCharges,
  applyCommand,
  inTransaction,
  isTransientDatabaseError,
  previewCharge,
  previewCommand,
  storePreview,
} from '@bursar/ledger/operations';
import type { RunningIngress } from './running-ingress.ts';

const POLICY = { graceDays: 7 };

/** The least that turns accepted commands into outcomes; returns what stops it. */
export async function startLedgerWorker({
  database,
  queues,
}: RunningIngress): Promise<() => Promise<unknown>> {
  const db = database.connect('bursar_worker');
  const worker = await queues.startWorker({
    isTransient: isTransientDatabaseError,
    jobs: {
      'apply-charges': async (items) => {
        const outcomes = await inTransaction(db, (tx) => applyCharges(tx, items));
        return outcomes.map(() => ({ status: 'done' }) as const);
      },
      'apply-command': async ({ operation, command }) => {
        await applyCommand(db, operation, command, POLICY);
      },
      preview: async ({ id, operation, command }) => {
        if (command.type === 'purchase' || command.type === 'receipt') {
          throw new Error('Nothing here speaks with Stripe.');
        }
        const preview =
          command.type === 'charge'
            ? await previewCharge(db, command.charge)
            : await previewCommand(db, operation, command.command, POLICY);
        await storePreview(db, id, preview);
      },
    },
  });
  return () => worker.close();
}
