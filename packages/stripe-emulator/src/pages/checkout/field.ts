import { html, type Markup } from '../html.ts';

export interface FieldOptions {
  name: string;
  label: string;
  value: string;
  type?: 'email' | 'text';
  placeholder?: string;
  inputmode?: 'numeric';
  autocomplete: string;
  isReadOnly?: boolean;
  /** The browser itself insists on a value, unless this is false. */
  isRequired?: boolean;
  error: string | undefined;
}

/** A labelled input with its error in place, tied together for screen readers. */
export function field(options: FieldOptions): Markup {
  const {
    name,
    label,
    value,
    type = 'text',
    placeholder = '',
    inputmode,
    autocomplete,
    error,
  } = options;
  const errorId = `${name}-error`;
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      placeholder="${placeholder}"
      inputmode="${inputmode ?? (type === 'email' ? 'email' : 'text')}"
      autocomplete="${autocomplete}"
      maxlength="200"
      ${options.isRequired !== false && html`required`}
      ${options.isReadOnly && html`readonly`}
      ${error !== undefined && html`aria-invalid="true" aria-describedby="${errorId}"`}
    />
    ${error !== undefined && html`<p class="error" id="${errorId}" role="alert">${error}</p>`}
  </div>`;
}
