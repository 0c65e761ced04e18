import { Command, CommanderError } from 'commander';
import { addAudit } from './commands/audit.ts';
import { addCases } from './commands/cases.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addDoctor } from './commands/doctor.ts';
import { addImport } from './commands/import.ts';
import { addMigrate } from './commands/migrate.ts';
import { addReconcile } from './commands/reconcile.ts';
import { addRejected } from './commands/rejected.ts';
import { addStripeEvents } from './commands/stripe-events.ts';
import { addStripe } from './commands/stripe.ts';
import { CommandFailed } from './command-failed.ts';

/** 0: done. 1: done, and the answer is bad news. 2: could not be done. 3: not now, of reconcile only. */
const CANNOT_RUN = 2;

const program = new Command('bursar')
  .description('Operate, inspect and prove a Bursar installation.')
  .option('--json', 'print JSON on standard output and nothing else')
  .option('--quiet', 'print only what is wrong')
  .showHelpAfterError('(bursar --help lists what there is)')
  .exitOverride();

for (const add of [
  addMigrate,
  addAudit,
  addDeadLetters,
  addRejected,
  addImport,
  addDoctor,
  addReconcile,
  addCases,
  addStripeEvents,
  addStripe,
])
  add(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : CANNOT_RUN;
  } else {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message}\n`);
    process.exitCode = error instanceof CommandFailed ? error.exitCode : CANNOT_RUN;
  }
}
