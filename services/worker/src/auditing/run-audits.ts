import {
  audit,
  beginAudit,
  finishAudit,
  noteAudit,
  whileAuditingAlone,
} from '@bursar/ledger/operations';
import type { WorkerContext } from '../worker-context.ts';

/** Carries out the audit that waits longest, if one does and no other process audits. */
export async function runAudits(context: WorkerContext): Promise<void> {
  await whileAuditingAlone(context.db, async () => {
    const id = await beginAudit(context.db);
    if (id !== null) await carryOut(context, id);
  });
}

async function carryOut({ db, log, auditor }: WorkerContext, id: string): Promise<void> {
  const reading = auditor();
  try {
    const report = await audit(reading, {
      onProgress: (done, total) => noteAudit(db, id, `${done} of ${total} rules proven`),
    });
    await finishAudit(db, id, report);
    if (report.ok) log.info({ audit: id, tookMs: report.tookMs }, 'The ledger is sound');
    else log.error({ audit: id }, 'The ledger breaks a rule');
  } catch (error) {
    // Proving changes nothing, so whoever asked decides whether it is tried again.
    const failure = error instanceof Error ? error.message : String(error);
    await finishAudit(db, id, { failure });
    log.warn({ audit: id, failure }, 'An audit did not finish');
  } finally {
    await reading.end({ timeout: 5 });
  }
}
