import { z } from 'zod';
import type { CreateDocumentOptions } from 'zod-openapi';

/** What clients may write as an amount; the parser itself shows no shape to the generator. */
export const spellAmounts: NonNullable<CreateDocumentOptions['override']> = ({
  jsonSchema,
  zodSchema,
}) => {
  if (z.globalRegistry.get(zodSchema)?.id === 'Amount') {
    jsonSchema.oneOf = [
      { type: 'string', pattern: '^\\d{1,12}(\\.\\d{1,6})?$' },
      { type: 'integer', minimum: 1 },
    ];
  }
  // The generated pattern for times fills half a page and says no more than the format.
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
};
