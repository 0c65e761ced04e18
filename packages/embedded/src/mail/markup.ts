/** Text that is HTML already. Only `html` makes it, so nothing unescaped can slip into a page. */
export class Markup {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** For text of our own making that must not be escaped, such as the style sheet. */
  static trusted(text: string): Markup {
    return new Markup(text);
  }
}

export type MarkupValue = string | number | Markup | readonly Markup[];

/** Tagged template that escapes every value except markup made by itself. */
export function html(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const rendered = values.map(render);
  return Markup.trusted(parts.map((part, at) => part + (rendered[at] ?? '')).join(''));
}

function render(value: MarkupValue): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escape(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
