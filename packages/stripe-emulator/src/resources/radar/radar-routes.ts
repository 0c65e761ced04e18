import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { text } from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchResource } from '../../protocol/stripe-error.ts';
import { idOf } from '../../state/id-of.ts';
import { closeReview } from './review.ts';

export const RADAR_ROUTES: Route[] = [
  route('GET', '/v1/radar/early_fraud_warnings/{id}', {}, ({ emulator, id }) => {
    const warning = emulator.state.fraudWarnings.get(id);
    if (!warning) throw noSuchResource('early fraud warning', id);
    return warning;
  }),
  listRoute('/v1/radar/early_fraud_warnings', {
    noun: 'early fraud warning',
    filters: { charge: text(), created: timeRange(), payment_intent: text() },
    table: ({ emulator }) => emulator.state.fraudWarnings,
    matches: (warning, filter) =>
      (filter.charge === undefined || warning.charge === filter.charge) &&
      (filter.payment_intent === undefined || warning.payment_intent === filter.payment_intent) &&
      isWithin(warning.created, filter.created),
    present: (warning) => warning,
  }),
  route('GET', '/v1/reviews/{id}', {}, ({ emulator, id }) => reviewAt(emulator, id)),
  route('POST', '/v1/reviews/{id}/approve', {}, ({ emulator, id, cause }) => {
    const review = reviewAt(emulator, id);
    if (!review.open)
      throw invalidRequest(`This review is already closed (${String(review.closed_reason)}).`);
    closeReview(emulator, cause, idOf(review.charge), 'approved');
    return reviewAt(emulator, id);
  }),
  // Stripe lists only the reviews that wait for a decision.
  listRoute('/v1/reviews', {
    noun: 'review',
    filters: { created: timeRange() },
    table: ({ emulator }) => emulator.state.reviews,
    matches: (review, filter) => review.open && isWithin(review.created, filter.created),
    present: (review) => review,
  }),
];

function reviewAt(emulator: Emulator, id: string): Stripe.Review {
  const review = emulator.state.reviews.get(id);
  if (!review) throw noSuchResource('review', id);
  return review;
}
