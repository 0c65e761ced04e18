import { readPaymentHealth, type Database } from '@bursar/ledger/reads';
import { Gauge, type Registry } from 'prom-client';

/** What an operator is woken for; asked of the database when the measurements are read. */
export function addReconciliationMetrics(registry: Registry, db: Database): void {
  const registers = [registry];
  let asked: ReturnType<typeof readPaymentHealth> | undefined;
  /** One question for all three, which are read together. */
  const health = (): ReturnType<typeof readPaymentHealth> => {
    asked ??= readPaymentHealth(db).finally(() => {
      asked = undefined;
    });
    return asked;
  };
  void new Gauge({
    name: 'credits_reconciliation_mismatches',
    help: 'Open differences between Stripe and the ledger',
    labelNames: ['class', 'severity'],
    registers,
    async collect() {
      this.reset();
      for (const { class: name, severity, count } of (await health()).openCases) {
        this.set({ class: name, severity }, count);
      }
    },
  });
  void new Gauge({
    name: 'credits_stripe_oldest_waiting_event_seconds',
    help: 'Age of the oldest event of Stripe that was received and is not handled; 0 when none waits',
    registers,
    async collect() {
      this.set((await health()).oldestWaitingEventSeconds ?? 0);
    },
  });
  void new Gauge({
    name: 'credits_reconciliation_last_success_seconds',
    help: 'Time since a reconciliation last ended complete; NaN before the first',
    registers,
    async collect() {
      this.set((await health()).lastCompleteSeconds ?? Number.NaN);
    },
  });
}
