import type { PaymentMethodView } from '@bursar/ledger/reads';
import { z } from 'zod';

export const CardSchema = z
  .object({
    id: z.string(),
    brand: z.string(),
    last4: z.string().nullable(),
    expires: z.object({ month: z.int(), year: z.int() }).nullable(),
    default: z.boolean(),
  })
  .meta({ id: 'PaymentMethod', description: 'A saved card; nothing more of it is known here' });

export const renderCard = (card: PaymentMethodView): z.infer<typeof CardSchema> => ({
  id: card.id,
  brand: card.brand,
  last4: card.last4,
  expires:
    card.expMonth === null || card.expYear === null
      ? null
      : { month: card.expMonth, year: card.expYear },
  default: card.isDefault,
});
