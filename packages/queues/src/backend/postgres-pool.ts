import { Pool } from 'pg';
import type { PostgresSettings } from '../settings.ts';

type PoolLimits = {
  readonly connectionsMax: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly applicationName: string;
};

/**
 * A pool whose every connection works in BullMQ's schema and, if asked, under the given role.
 * Connection-level settings, because a pool hands out connections that no statement has prepared.
 */
export function openPool(settings: PostgresSettings, limits: PoolLimits): Pool {
  const { connectionString, options } = connectionOf(settings);
  return new Pool({
    connectionString,
    options: [...options, '-c search_path=bullmq'].join(' '),
    max: limits.connectionsMax,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    // The server's limit does not help against a server that has stopped answering.
    query_timeout: limits.statementTimeoutMs,
    idleTimeoutMillis: 30_000,
    // Without it a silently dropped LISTEN connection would go unnoticed for hours.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: limits.applicationName,
  });
}

/** `options` in the URL would replace ours as a whole, so both are joined here. */
function connectionOf(settings: PostgresSettings): { connectionString: string; options: string[] } {
  const url = URL.parse(settings.url);
  if (!url) throw new Error('DATABASE_URL is not a URL. Write postgres://user:password@host/name.');
  const fromUrl = url.searchParams.get('options');
  url.searchParams.delete('options');
  const options = fromUrl === null ? [] : [fromUrl];
  if (settings.role !== undefined) options.push(`-c role=${settings.role}`);
  return { connectionString: url.href, options };
}
