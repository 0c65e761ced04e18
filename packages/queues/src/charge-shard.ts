import { crc32 } from 'node:zlib';

/**
 * The shard whose queue carries this wallet's charges, in [0, shards). Stable over processes and
 * releases: one wallet on two shards would make two batches wait for the same row.
 */
export function chargeShard(wallet: string, shards: number): number {
  return crc32(wallet) % shards;
}
