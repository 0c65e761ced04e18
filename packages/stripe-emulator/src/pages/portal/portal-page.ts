import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import type { PortalSessionRecord } from '../../state/billing-records.ts';
import type { CardErrors, CardForm } from '../card-form.ts';
import { html, type Markup } from '../html.ts';
import { layout } from '../layout.ts';
import { cardSection } from './card-section.ts';
import { detailsSection } from './details-section.ts';
import { invoicesSection } from './invoices-section.ts';
import { subscriptionsSection } from './subscriptions-section.ts';

export interface PortalView {
  emulator: Emulator;
  record: PortalSessionRecord;
  customer: Stripe.Customer;
  configuration: Stripe.BillingPortal.Configuration;
  /** What has been typed of a new card; null while the form is closed. */
  card: CardForm | null;
  errors: CardErrors & { email?: string };
}

/** The portal of one customer, as far as its configuration offers things. */
export function portalPage(view: PortalView): string {
  const { features } = view.configuration;
  const flow = view.record.session.flow?.type;
  const isWhole = flow === undefined;
  const content = html`<main class="portal">
    ${heading(view)} ${notice(view)}
    ${(isWhole || flow === 'subscription_cancel') && subscriptionsSection(view)}
    ${features.payment_method_update.enabled && (isWhole || flow === 'payment_method_update') && cardSection(view)}
    ${isWhole && features.customer_update.enabled && detailsSection(view)}
    ${isWhole && features.invoice_history.enabled && invoicesSection(view)}
  </main>`;
  return layout('Your billing', content);
}

export function portalOverPage(): string {
  const content = html`<main class="card message">
    <p class="mark over" aria-hidden="true">×</p>
    <h1>This link has expired</h1>
    <p>Links to the portal work for a short time only. Go back to the shop and open a new one.</p>
  </main>`;
  return layout('This link has expired', content, 'narrow');
}

/** Where the portal came from, and whose it is. */
export function heading({ record, customer, configuration }: PortalView): Markup {
  const { return_url: returnUrl } = record.session;
  return html`<header class="portal-head">
    ${returnUrl !== null && html`<p><a href="${returnUrl}">← Back to the shop</a></p>`}
    <h1>${configuration.business_profile.headline ?? 'Your billing'}</h1>
    <p class="quiet">${customer.name ?? customer.email ?? customer.id}</p>
  </header>`;
}

function notice({ record, errors }: PortalView): Markup {
  const isWrong = Object.keys(errors).length > 0;
  return html`${record.notice !== null && html`<p class="notice" role="status">${record.notice}</p>`}
  ${isWrong && html`<p class="alert" role="alert">${errors.payment ?? 'Nothing was changed. Correct what is marked below.'}</p>`}`;
}
