import { CANCELLATION_REASONS } from '../../resources/portal/configuration-fields.ts';
import type { WireSubscription } from '../../state/billing-records.ts';
import { day } from '../day.ts';
import { html, type Markup } from '../html.ts';
import { layout } from '../layout.ts';
import { heading, type PortalView } from './portal-page.ts';
import { plan } from './subscriptions-section.ts';

type Reason = (typeof CANCELLATION_REASONS)[number];

/** Asks once more before a subscription is cancelled, and for the reason if the shop wants it. */
export function cancelPage(view: PortalView, subscription: WireSubscription): string {
  const feature = view.configuration.features.subscription_cancel;
  const isAtOnce = feature.mode === 'immediately';
  const end = day(subscription.items.data[0]?.current_period_end ?? 0);
  const content = html`<main class="portal">
    ${heading(view)}
    <section class="card" aria-labelledby="cancel">
      <h2 id="cancel">Cancel this plan?</h2>
      ${plan(view, subscription)}
      <p>
        ${isAtOnce ? 'It ends at once, and nothing is given back.' : `You keep it until ${end}, and nothing is charged after that.`}
      </p>
      <form class="portal-form" method="post" action="/p/session/${view.record.id}/confirm-cancel">
        <input type="hidden" name="subscription" value="${subscription.id}" />
        ${feature.cancellation_reason.enabled && reasons(feature.cancellation_reason.options)}
        <button class="pay danger" type="submit">Cancel plan</button>
        <p class="cancel"><a href="/p/session/${view.record.id}">No, keep it</a></p>
      </form>
    </section>
  </main>`;
  return layout('Cancel this plan?', content);
}

/** The reason that was chosen; anything else that is posted counts as none. */
export function reasonGiven(posted: URLSearchParams): Reason | null {
  const given = posted.get('reason');
  return CANCELLATION_REASONS.find((reason) => reason === given) ?? null;
}

function reasons(options: readonly string[]): Markup {
  const offered = options.length === 0 ? CANCELLATION_REASONS : options;
  return html`<fieldset class="reasons">
    <legend class="shown">Why do you cancel? (optional)</legend>
    ${offered.map(
      (reason) =>
        html`<label class="choice"
          ><input type="radio" name="reason" value="${reason}" />
          ${REASON_TEXTS[reason] ?? reason}</label
        >`,
    )}
  </fieldset>`;
}

const REASON_TEXTS: Record<string, string> = {
  customer_service: 'The service was not good enough',
  low_quality: 'The quality was not good enough',
  missing_features: 'I miss something',
  other: 'Another reason',
  switched_service: 'I use something else now',
  too_complex: 'It is too complicated',
  too_expensive: 'It is too expensive',
  unused: 'I do not use it',
};
