/** Markup that is safe to send: everything put into it was escaped or is markup itself. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Insert = Markup | string | number | null | undefined | false | readonly Insert[];

/** Builds markup; every inserted text is escaped, for content and quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...inserts: Insert[]): Markup {
  const text = parts.reduce((all, part, index) => {
    const insert = index === 0 ? '' : render(inserts[index - 1]);
    return all + insert + part;
  }, '');
  return new Markup(text);
}

function render(insert: Insert): string {
  if (insert === null || insert === undefined || insert === false) return '';
  if (insert instanceof Markup) return insert.text;
  if (typeof insert === 'string' || typeof insert === 'number') return escape(String(insert));
  return insert.map((item) => render(item)).join('');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
