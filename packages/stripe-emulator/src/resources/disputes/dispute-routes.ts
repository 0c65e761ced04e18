import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { emptyable, flag, object, text, type Field } from '../../protocol/fields.ts';
import { isWithin, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata, metadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchResource } from '../../protocol/stripe-error.ts';
import { EVIDENCE_TEXTS } from './blank-evidence.ts';
import { closeDispute, isOpen } from './close-dispute.ts';

const EVIDENCE: Record<string, Field<string | null>> = Object.fromEntries(
  EVIDENCE_TEXTS.map((name) => [name, emptyable(text({ max: 20_000 }))]),
);
const UPDATE = { evidence: object(EVIDENCE), metadata: metadata(), submit: flag() };

export const DISPUTE_ROUTES: Route[] = [
  route('GET', '/v1/disputes/{id}', {}, ({ emulator, id }) => disputeAt(emulator, id)),
  route('POST', '/v1/disputes/{id}', UPDATE, ({ emulator, params, id, cause }) => {
    const before = disputeAt(emulator, id);
    const { evidence } = params;
    if (evidence && !isOpen(before))
      throw invalidRequest(
        `This dispute is already ${before.status}; evidence can no longer be changed.`,
      );
    const submits = evidence !== undefined && params.submit !== false;
    const after = emulator.state.disputes.put({
      ...before,
      evidence: { ...before.evidence, ...evidence },
      evidence_details: {
        ...before.evidence_details,
        has_evidence: before.evidence_details.has_evidence || evidence !== undefined,
        submission_count: before.evidence_details.submission_count + (submits ? 1 : 0),
        submission_method: submits ? 'manual' : before.evidence_details.submission_method,
      },
      metadata: mergeMetadata(before.metadata, params.metadata),
      status: submits ? underReview(before.status) : before.status,
    });
    emitEvent(emulator, cause, 'charge.dispute.updated', after, before);
    // Stripe's magic texts decide a test dispute at once.
    const magic = submits ? after.evidence.uncategorized_text : null;
    if (magic === 'winning_evidence') return closeDispute(emulator, cause, after, 'won');
    if (magic === 'losing_evidence') return closeDispute(emulator, cause, after, 'lost');
    return after;
  }),
  route('POST', '/v1/disputes/{id}/close', {}, ({ emulator, id, cause }) => {
    const dispute = disputeAt(emulator, id);
    if (!isOpen(dispute)) throw invalidRequest(`This dispute is already ${dispute.status}.`);
    return closeDispute(emulator, cause, dispute, 'lost');
  }),
  listRoute('/v1/disputes', {
    noun: 'dispute',
    filters: { charge: text(), created: timeRange(), payment_intent: text() },
    table: ({ emulator }) => emulator.state.disputes,
    matches: (dispute, filter) =>
      (filter.charge === undefined || dispute.charge === filter.charge) &&
      (filter.payment_intent === undefined || dispute.payment_intent === filter.payment_intent) &&
      isWithin(dispute.created, filter.created),
    present: (dispute) => dispute,
  }),
];

function underReview(status: Stripe.Dispute.Status): Stripe.Dispute.Status {
  return status.startsWith('warning_') ? 'warning_under_review' : 'under_review';
}

function disputeAt(emulator: Emulator, id: string): Stripe.Dispute {
  const dispute = emulator.state.disputes.get(id);
  if (!dispute) throw noSuchResource('dispute', id);
  return dispute;
}
