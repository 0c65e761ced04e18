import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const HEADER = 'X-Request-Id';

/** Takes over a caller's own request id when it is harmless in logs and headers, else makes one. */
export function assignRequestId(request: IncomingMessage, response: ServerResponse): string {
  const sent = request.headers['x-request-id'];
  const id = typeof sent === 'string' && /^[\w.-]{1,128}$/.test(sent) ? sent : randomUUID();
  response.setHeader(HEADER, id);
  return id;
}

/** The id given to the request that this response answers. */
export const requestIdOf = (response: ServerResponse): string => String(response.getHeader(HEADER));
