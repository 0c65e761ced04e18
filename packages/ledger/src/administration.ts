/** The door for migrations and for proving the ledger: `bursar migrate`, `bursar audit`, tests. */
export { connectDatabase, type Database } from './database/connect.ts';
export { migrate, checkSchema, SchemaError, type MigrationReport } from './database/migrate.ts';
export { audit, type AuditOptions, type AuditReport } from './audit/audit.ts';
export { type CheckResult, type Violation } from './audit/check.ts';
