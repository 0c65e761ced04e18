import type { KeyObject } from 'node:crypto';
import type { Page, PageOf } from '@bursar/ledger/reads';
import { z } from 'zod';
import { ok, type Answer } from '../http/answer.ts';
import { problem } from '../problems/problem.ts';
import { decodeCursor, encodeCursor, type ListIdentity } from './cursor.ts';

const LIMIT_DEFAULT = 20;

/** The parameters of every list. */
export const PAGE_PARAMETERS = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .meta({
      description: 'Rows of one page',
      override: { type: 'integer', minimum: 1, maximum: 100, default: LIMIT_DEFAULT },
    }),
  cursor: z
    .string()
    .max(2_000)
    .optional()
    .meta({ description: 'next_cursor of the page before, with the same filters' }),
};

export interface PageRequest {
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** The document of a list of such rows. */
export const listSchema = (row: z.ZodType) =>
  z.object({ data: z.array(row), has_more: z.boolean(), next_cursor: z.string().nullable() });

/** Answers one page: reads the cursor, asks `read` for the rows, and signs the next cursor. */
export async function listAnswer<Row>(
  secret: KeyObject,
  list: ListIdentity,
  request: PageRequest,
  read: (page: Page) => Promise<PageOf<Row>>,
  render: (row: Row) => unknown,
): Promise<Answer> {
  const before =
    request.cursor === undefined ? undefined : decodeCursor(secret, list, request.cursor);
  if (before === null) {
    return problem(
      'invalid_request',
      'This cursor belongs to another list. Start again without it.',
      {
        errors: [
          { parameter: 'cursor', message: 'is not a next_cursor of this list and its filters' },
        ],
      },
    );
  }
  const { rows, next } = await read({ limit: request.limit ?? LIMIT_DEFAULT, before });
  return ok({
    data: rows.map(render),
    has_more: next !== null,
    next_cursor: next === null ? null : encodeCursor(secret, list, next),
  });
}
