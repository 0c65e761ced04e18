import { checkedRole } from './backend/database-role.ts';

export type RedisNode = { readonly host: string; readonly port: number };

export type RedisSettings = {
  readonly kind: 'redis';
  readonly nodes: readonly [RedisNode, ...RedisNode[]];
  readonly cluster: boolean;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
};

export type PostgresSettings = {
  readonly kind: 'postgres';
  readonly url: string;
  /** The role every connection takes on; unset: the login's own rights. */
  readonly role?: string;
};

/** Where the queues live. Opaque to callers: made by `queueSettings`, used by `connectQueues`. */
export type QueueSettings = {
  readonly backend: RedisSettings | PostgresSettings;
  readonly chargeShards: number;
  readonly prefix: string;
  readonly allowUnsafeRedis: boolean;
};

export type QueueEnvironment = {
  /** `redis://`, `rediss://`, `redis+cluster://`, or several nodes with commas; unset: PostgreSQL. */
  readonly redisUrl?: string | undefined;
  readonly databaseUrl: string;
  readonly databaseRole?: string | undefined;
  /** Default 2. Fewer than before leaves charges behind in the dropped queues: drain them first. */
  readonly chargeShards?: number | undefined;
  /** Starts every Redis key; installations that share one Redis need their own. Default `bursar`. */
  readonly prefix?: string | undefined;
  readonly allowUnsafeRedis?: boolean | undefined;
};

/** Throws an Error that says how to mend the setting. */
export function queueSettings(env: QueueEnvironment): QueueSettings {
  const chargeShards = env.chargeShards ?? 2;
  if (!Number.isInteger(chargeShards) || chargeShards < 1 || chargeShards > SHARDS_MAX) {
    throw new Error(`The number of charge shards must be 1 to ${SHARDS_MAX}, not ${chargeShards}.`);
  }
  const prefix = env.prefix ?? 'bursar';
  if (!/^[a-z0-9-]{1,40}$/.test(prefix)) {
    throw new Error(`The queue prefix "${prefix}" must be 1 to 40 of a-z, 0-9 and "-".`);
  }
  const backend: QueueSettings['backend'] = env.redisUrl
    ? redisSettings(env.redisUrl)
    : {
        kind: 'postgres',
        url: env.databaseUrl,
        ...(env.databaseRole === undefined ? {} : { role: checkedRole(env.databaseRole) }),
      };
  return { backend, chargeShards, prefix, allowUnsafeRedis: env.allowUnsafeRedis ?? false };
}

const SHARDS_MAX = 64;

function redisSettings(redisUrl: string): RedisSettings {
  const [first, ...others] = redisUrl.split(',').map((part) => part.trim());
  const scheme = /^(redis|rediss)(\+cluster)?:\/\//.exec(first ?? '');
  if (!scheme) throw redisUrlFault();
  // URL parsing of unknown schemes differs between engines; `redis:` itself is parsed alike by all.
  const urls = [first ?? '', ...others].map((part) =>
    parseUrl(`redis://${part.replace(/^[a-z+]+:\/\//, '')}`),
  );
  const [head, ...tail] = urls;
  if (!head) throw redisUrlFault();
  const cluster = scheme[2] !== undefined || tail.length > 0;
  const database = head.pathname.length > 1 ? Number(head.pathname.slice(1)) : 0;
  if (!Number.isInteger(database) || (cluster && database !== 0)) throw redisUrlFault();
  return {
    kind: 'redis',
    nodes: [nodeOf(head), ...tail.map(nodeOf)],
    cluster,
    tls: scheme[1] === 'rediss',
    ...(head.username === '' ? {} : { username: decodeURIComponent(head.username) }),
    ...(head.password === '' ? {} : { password: decodeURIComponent(head.password) }),
    database,
  };
}

function nodeOf(url: URL): RedisNode {
  // A bracketed IPv6 host is an address only without its brackets.
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || '6379') };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || url.hostname === '') throw redisUrlFault();
  return url;
}

/** Never repeats the value: it may hold a password. */
function redisUrlFault(): Error {
  return new Error(
    'REDIS_URL is not usable. Write redis://[user:password@]host:port[/database], rediss:// for ' +
      'TLS, or redis+cluster://host:port,host:port for a cluster (which has only database 0).',
  );
}
