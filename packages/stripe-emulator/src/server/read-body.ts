import type { IncomingMessage } from 'node:http';
import { StripeError } from '../protocol/stripe-error.ts';

const BODY_MAX_BYTES = 1024 * 1024;

/** The whole body as text; more than 1 MiB is a 413. */
export async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES)
      throw new StripeError(413, {
        type: 'invalid_request_error',
        message: `The body is larger than ${BODY_MAX_BYTES} bytes. Send less.`,
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
