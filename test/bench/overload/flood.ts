import autocannon from 'autocannon';
import { bodyFor } from '../chain/load.ts';

export interface Flood {
  seconds: number;
  /** Answers by what they mean: accepted, shed or limited, anything else. */
  accepted: number;
  refused: number;
  failed: number;
}

/** Single charges to the given wallets from a thread of its own, as fast as they are answered or at a rate. */
export async function flood(
  port: number,
  key: string,
  wallets: readonly number[],
  load: { connections: number; seconds: number; perSecond?: number },
): Promise<Flood> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/v1/charges`,
    method: 'POST',
    connections: load.connections,
    duration: load.seconds,
    ...(load.perSecond !== undefined && { overallRate: Math.max(1, Math.round(load.perSecond)) }),
    workers: 1,
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': '[<id>]',
    },
    idReplacement: true,
    requests: wallets.map((wallet) => ({ body: bodyFor(wallet) })),
  });
  const statuses: Readonly<Record<string, { count?: number }>> = result.statusCodeStats ?? {};
  const count = (status: string): number => statuses[status]?.count ?? 0;
  const accepted = count('202') + count('200');
  const refused = count('503') + count('429');
  const answered = Object.keys(statuses).reduce((sum, status) => sum + count(status), 0);
  const failed = answered - accepted - refused + result.errors + result.timeouts;
  return { seconds: result.duration, accepted, refused, failed };
}
