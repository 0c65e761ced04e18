import { TEST_CARDS } from '../../resources/payment-methods/test-cards.ts';
import { html, type Markup } from '../html.ts';
import type { CardErrors, CardForm } from '../card-form.ts';
import { field, type FieldOptions } from './field.ts';

const NUMBER: CardField = {
  name: 'card_number',
  label: 'Card number',
  placeholder: '1234 1234 1234 1234',
  inputmode: 'numeric',
  autocomplete: 'cc-number',
};
const EXPIRY: CardField = {
  name: 'card_expiry',
  label: 'Expiry',
  placeholder: 'MM / YY',
  inputmode: 'numeric',
  autocomplete: 'cc-exp',
};
const CVC: CardField = {
  name: 'card_cvc',
  label: 'CVC',
  placeholder: '123',
  inputmode: 'numeric',
  autocomplete: 'cc-csc',
};
const NAME: CardField = {
  name: 'name',
  label: 'Name on card',
  placeholder: 'Full name',
  autocomplete: 'cc-name',
};
type CardField = Omit<FieldOptions, 'error' | 'value'>;

/** `isOnlyChoice` is false when the customer may leave these fields alone. */
export function cardFields(form: CardForm, errors: CardErrors, isOnlyChoice: boolean): Markup {
  const isRequired = isOnlyChoice;
  return html`<fieldset class="card-entry">
    <legend>Card</legend>
    ${field({ ...NUMBER, value: form.number, error: errors.number, isRequired })}
    <div class="pair">
      ${field({ ...EXPIRY, value: form.expiry, error: errors.expiry, isRequired })}
      ${field({ ...CVC, value: form.cvc, error: errors.cvc, isRequired })}
    </div>
    ${field({ ...NAME, value: form.name, error: errors.name, isRequired })}
  </fieldset>`;
}

/**
 * One button per test card; pressing it posts to `action`, which fills in the fields above and
 * charges nothing.
 */
export function testCards(action: string): Markup {
  const buttons = TEST_CARDS.map(
    (card) =>
      html`<li>
        <button
          class="test-card"
          type="submit"
          name="fill"
          value="${card.number}"
          formaction="${action}"
          formnovalidate
        >
          <span>${card.label}</span><span class="digits">•••• ${card.number.slice(-4)}</span>
        </button>
      </li>`,
  );
  return html`<details class="test-cards">
    <summary>Fill in a test card</summary>
    <ul>
      ${buttons}
    </ul>
  </details>`;
}
