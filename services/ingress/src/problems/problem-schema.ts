import { z } from 'zod';

/** RFC 9457 as answered; also the `error` of a rejected operation. */
export const ProblemSchema = z
  .object({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: 'Open: codes may be added, none changes its meaning' }),
    instance: z.string().optional(),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional(),
          parameter: z.string().optional(),
          message: z.string(),
        }),
      )
      .optional(),
    required: z.string().optional(),
    available: z.string().optional(),
    subjects: z.array(z.string()).optional(),
    operation: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused (RFC 9457)' });
export type ProblemDocument = z.infer<typeof ProblemSchema>;
