import { fromPublicId, type IdPrefix } from '@bursar/contracts';
import { z } from 'zod';
import { NOTHING_THERE } from '../problems/validation-problem.ts';

/** Credits as answered: canonical decimal text, with a sign where an amount can be negative. */
export const CreditsSchema = z
  .string()
  .regex(/^-?\d+(\.\d{1,6})?$/)
  .meta({ id: 'Credits', example: '12.5' });

export const MoneySchema = z
  .object({ amount: z.int(), currency: z.string() })
  .meta({ id: 'Money', description: 'Minor units', example: { amount: 5000, currency: 'usd' } });

export const TimeSchema = z.iso
  .datetime()
  .meta({ id: 'Time', example: '2026-08-31T12:00:00.000Z' });

/** A path parameter that is a public id; parses to its UUID. A wrong spelling names nothing: 404. */
export const publicIdParam = (prefix: IdPrefix) =>
  z
    .string()
    .transform((text, context): string => {
      const uuid = fromPublicId(prefix, text);
      if (uuid !== null) return uuid;
      context.addIssue({
        code: 'custom',
        message: 'names nothing',
        params: { problem: NOTHING_THERE },
      });
      return z.NEVER;
    })
    .meta({ example: `${prefix}_01h455vb4pex5vsknk084sn02q` });

/** A time as answered; `null` stays. */
export const timeText = (at: Date | null): string | null => at?.toISOString() ?? null;
