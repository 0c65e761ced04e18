import { z } from 'zod';

/** Quantities are written like credits: canonical, with six decimals at most. */
export const QuantitySchema = z
  .string()
  .regex(/^\d+(\.\d{1,6})?$/)
  .meta({ id: 'RatedQuantity', example: '1500' });

export const PricingSchema = z
  .object({ price: z.string(), version: z.int(), quantity: QuantitySchema })
  .meta({ id: 'Pricing', description: 'The version of a price that made the amount, from what' });
