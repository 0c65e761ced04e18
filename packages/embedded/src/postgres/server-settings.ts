import { join } from 'node:path';

import { parentMark } from './leftover-server.ts';

/** The kernel takes socket paths of up to 107 bytes; longer ones would keep the server from starting. */
const socketPathBytesMax = 100;

/** `-c name=value` arguments of the server: our defaults, the caller's wishes, then what must hold. */
export function serverSettings(wish: {
  readonly port: number;
  readonly clusterDir: string;
  readonly durable: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}): string[] {
  const all = {
    ...sharedDefaults,
    ...(wish.durable ? durableDefaults : testDefaults),
    ...wish.settings,
    port: String(wish.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socketFolder(wish.clusterDir),
    // Stands in the arguments, where a later start reads whether our process still lives.
    cluster_name: parentMark(process.pid),
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

const sharedDefaults = {
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
  // Keeps bound values, which may be people's data, out of the log.
  log_parameter_max_length_on_error: '0',
};

/** For a laptop that does other things, too: about 400 MB of memory and at most 1 GB of log on disk. */
const durableDefaults = {
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  max_wal_size: '1GB',
  // Each page's first change after a checkpoint is logged whole, so rare checkpoints mean less log.
  checkpoint_timeout: '15min',
};

/** Tests trade the power cut, which they do not survive anyway, for speed. */
const testDefaults = {
  shared_buffers: '128MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/** Where the socket goes, or nothing, which turns sockets off; TCP is always there. */
function socketFolder(clusterDir: string): string {
  const longest = join(clusterDir, '.s.PGSQL.65535');
  // The setting is a list, so a comma in the path would be read as two folders.
  const fits = Buffer.byteLength(longest) <= socketPathBytesMax && !clusterDir.includes(',');
  return fits ? clusterDir : '';
}
