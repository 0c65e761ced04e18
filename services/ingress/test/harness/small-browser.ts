interface Kept {
  value: string;
  host: string;
  path: string;
}

export interface Page {
  status: number;
  url: URL;
  headers: Headers;
  text: string;
}

interface Visit {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as a form. */
  form?: Record<string, string>;
  /** Sent as JSON. */
  json?: object;
}

const REDIRECTS_MAX = 12;

/** Keeps cookies and follows redirects as a browser does; runs nothing. Cookies do not tell ports apart. */
export class SmallBrowser {
  readonly #cookies = new Map<string, Kept>();
  /** The addresses that were asked for, in their order. */
  readonly visited: string[] = [];
  /** Every `Set-Cookie` line that arrived. */
  readonly lines: string[] = [];

  cookie(name: string): string | undefined {
    return this.#cookies.get(name)?.value;
  }

  keep(name: string, value: string): void {
    this.#cookies.set(name, { value, host: '127.0.0.1', path: '/' });
  }

  /** One request, without following where it leads. */
  async ask(
    address: string | URL,
    { method, headers = {}, form, json }: Visit = {},
  ): Promise<Page> {
    const url = new URL(address);
    this.visited.push(url.href);
    const response = await fetch(url, {
      method: method ?? (form === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        Accept: 'text/html',
        Cookie: this.#cookieHeader(url),
        ...(json !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(form !== undefined && { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) this.#take(line, url);
    return { status: response.status, url, headers: response.headers, text: await response.text() };
  }

  /** As `ask`, and on to where it leads; a relative form action counts from the page. */
  async visit(address: string | URL, visit: Visit = {}): Promise<Page> {
    let page = await this.ask(address, visit);
    for (let count = 0; page.status >= 300 && page.status < 400; count += 1) {
      if (count === REDIRECTS_MAX) throw new Error(`A circle at ${page.url.href}.`);
      page = await this.ask(new URL(page.headers.get('Location') ?? '', page.url));
    }
    return page;
  }

  #cookieHeader(url: URL): string {
    return [...this.#cookies]
      .filter(([, { host, path }]) => host === url.hostname && url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  #take(line: string, url: URL): void {
    this.lines.push(line);
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const attribute = (wanted: string) =>
      attributes
        .find((one) => one.toLowerCase().startsWith(`${wanted}=`))
        ?.slice(wanted.length + 1);
    const expires = attribute('expires');
    const over =
      attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) < Date.now());
    if (over) this.#cookies.delete(name);
    else this.#cookies.set(name, { value, host: url.hostname, path: attribute('path') ?? '/' });
  }
}
