import { z } from 'zod';
import { reasonOf } from './reason-of.ts';

const Problem = z.object({ code: z.string(), detail: z.string() });
const Item = z.object({
  operation: z.string().nullable(),
  status: z.string(),
  error: Problem.nullable(),
  replayed: z.boolean(),
  operation_status: z.enum(['pending', 'succeeded', 'rejected']).optional(),
});
const BatchAnswer = z.object({ data: z.array(Item) });
export type BatchItem = z.infer<typeof Item>;

/** `later`: nothing is known to be accepted, and the same request may work in a while. */
export type Posted =
  | { kind: 'answered'; items: BatchItem[] }
  | { kind: 'later'; afterMs: number | null; reason: string }
  | { kind: 'too-large' }
  | { kind: 'refused'; reason: string };

export interface Target {
  /** Without a slash at its end. */
  url: string;
  key: string;
  /** Seconds that the answer may wait for outcomes; null: not at all. */
  wait: number | null;
}

/** Longer than the API ever takes. */
const ANSWER_LIMIT_MS = 60_000;
const RETRY_AFTER_MAX_MS = 60_000;

/** Sends one batch once. */
export async function postBatch(target: Target, bodies: readonly object[]): Promise<Posted> {
  try {
    const response = await fetch(`${target.url}/v1/charges/batch`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      headers: {
        Authorization: `Bearer ${target.key}`,
        'Content-Type': 'application/json',
        ...(target.wait !== null && { Prefer: `wait=${target.wait}` }),
      },
      body: JSON.stringify({ charges: bodies }),
    });
    return understand(response, await response.text(), bodies.length);
  } catch (error) {
    return { kind: 'later', afterMs: null, reason: reasonOf(error) };
  }
}

function understand(response: Response, text: string, sent: number): Posted {
  const body = parsed(text);
  const { status } = response;
  if (response.ok) {
    const answer = BatchAnswer.safeParse(body);
    return answer.success && answer.data.data.length === sent
      ? { kind: 'answered', items: answer.data.data }
      : { kind: 'refused', reason: 'the answer is not that of a Bursar API' };
  }
  const told = Problem.safeParse(body);
  const reason = told.success ? `${told.data.code}: ${told.data.detail}` : `status ${status}`;
  if (status === 413) return { kind: 'too-large' };
  if (status === 429 || status >= 500) {
    return { kind: 'later', afterMs: retryAfterMs(response.headers.get('Retry-After')), reason };
  }
  return { kind: 'refused', reason };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Seconds or a date, as RFC 9110 has it; `null` when nothing usable was said. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number | null {
  if (header === null) return null;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS);
}
