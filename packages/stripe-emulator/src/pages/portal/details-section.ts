import { field } from '../checkout/field.ts';
import { html, type Markup } from '../html.ts';
import type { PortalView } from './portal-page.ts';

/** Where invoices go, as far as the configuration lets the customer change it. */
export function detailsSection({ record, customer, configuration, errors }: PortalView): Markup {
  const allowed = configuration.features.customer_update.allowed_updates;
  const { address } = customer;
  return html`<section class="card" aria-labelledby="details">
    <h2 id="details">Billing details</h2>
    <p>${customer.email ?? html`<span class="quiet">No email address is known.</span>`}</p>
    <details ${errors.email !== undefined && html`open`}>
      <summary>Change the details</summary>
      <form class="portal-form" method="post" action="/p/session/${record.id}/details">
        ${
          allowed.includes('email') &&
          field({
            name: 'email',
            label: 'Email',
            value: customer.email ?? '',
            type: 'email',
            autocomplete: 'email',
            error: errors.email,
          })
        }
        ${allowed.includes('name') && optional('customer_name', 'Name', customer.name, 'name')}
        ${
          allowed.includes('address') &&
          html`${optional('line1', 'Street', address?.line1, 'address-line1')}
            <div class="pair">
              ${optional('postal_code', 'Postal code', address?.postal_code, 'postal-code')}
              ${optional('city', 'City', address?.city, 'address-level2')}
            </div>
            ${optional('country', 'Country, two letters', address?.country, 'country')}`
        }
        <button class="pay" type="submit">Save details</button>
      </form>
    </details>
  </section>`;
}

function optional(
  name: string,
  label: string,
  value: string | null | undefined,
  autocomplete: string,
): Markup {
  return field({
    name,
    label,
    value: value ?? '',
    autocomplete,
    isRequired: false,
    error: undefined,
  });
}
