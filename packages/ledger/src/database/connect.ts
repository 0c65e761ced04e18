import postgres from 'postgres';

export type Database = postgres.Sql<{ bigint: bigint }>;
export type LedgerTransaction = postgres.TransactionSql<{ bigint: bigint }>;

export type DatabaseRole = 'bursar_ingress' | 'bursar_worker' | 'bursar_auditor' | 'owner';

export interface ConnectOptions {
  url: string;
  /** The least privilege that does the work; `owner` keeps the login's own role (migrations only). */
  role: DatabaseRole;
  /** Connections at most. */
  max?: number;
  /** Longest time one statement may take. */
  statementTimeoutMs?: number;
  name?: string;
  /** How far wallets without a limit of their own may owe, in micro-credits; without it, any amount. */
  defaultOverdraftLimit?: bigint | undefined;
}

/**
 * Opens a pool. Every connection switches to the given role and has a limit on each statement,
 * lock and idle transaction, so that nothing can hold a wallet's lock for long.
 * `bigint` columns arrive as `bigint`; nothing connects before the first query.
 */
export function connectDatabase(options: ConnectOptions): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? 15_000;
  return postgres(options.url, {
    max: options.max ?? 8,
    idle_timeout: 60,
    connect_timeout: 10,
    max_lifetime: 60 * 30,
    onnotice: () => undefined,
    types: { bigint: postgres.BigInt },
    connection: {
      application_name: options.name ?? 'bursar',
      statement_timeout: statementTimeoutMs,
      lock_timeout: Math.min(5_000, statementTimeoutMs),
      idle_in_transaction_session_timeout: 10_000,
      TimeZone: 'UTC',
      ...(options.defaultOverdraftLimit !== undefined && {
        'bursar.default_overdraft_limit': options.defaultOverdraftLimit.toString(),
      }),
      ...(options.role === 'owner' ? {} : { role: options.role }),
    },
  });
}
