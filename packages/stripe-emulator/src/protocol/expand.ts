import { invalidRequest } from './stripe-error.ts';

const DEPTH_MAX = 4;

/** How `expand` finds objects; the resources fill this in. */
export interface ExpandSource {
  /** The object with this id as the API shows it, or undefined. */
  readonly find: (id: string) => object | undefined;
  /** Dotted names of the fields of an object type that hold ids. */
  readonly references: Readonly<Record<string, readonly string[]>>;
  /** Fields that are left out unless asked for, by object type and dotted name. */
  readonly includable: Readonly<Record<string, Readonly<Record<string, (id: string) => unknown>>>>;
}

type Json = Record<string, unknown>;

/**
 * Returns a copy of an API object with the `expand[]` paths filled in. A path may go through
 * lists (`data.customer`, `line_items.data.price.product`) and at most four levels deep; one that
 * cannot be expanded is a 400, as on Stripe.
 */
export function expandObject(
  source: ExpandSource,
  object: object,
  paths: readonly string[],
): object {
  if (paths.length === 0) return object;
  const copy: Json = { ...structuredClone(object) };
  for (const path of paths) {
    const segments = path.split('.');
    if (segments.length > DEPTH_MAX)
      throw invalidRequest(
        `You cannot expand more than ${DEPTH_MAX} levels of a property. Property: ${path}`,
        'expand',
      );
    expandPath({ source, path }, copy, typeOf(copy), [], segments);
  }
  return copy;
}

interface Walk {
  source: ExpandSource;
  path: string;
}

/** `within` is how deep `holder` lies inside the API object `owner`, whose fields are documented. */
function expandPath(
  walk: Walk,
  holder: Json,
  owner: Owner,
  within: string[],
  segments: string[],
): void {
  const [segment, ...rest] = segments;
  if (segment === undefined) return;
  const dotted = [...within, segment].join('.');
  const include = walk.source.includable[owner.type]?.[dotted];
  if (include && holder[segment] === undefined)
    holder[segment] = structuredClone(include(owner.id));
  else if (walk.source.references[owner.type]?.includes(dotted)) resolve(walk, holder, segment);
  else if (!canPassThrough(walk, owner, dotted, rest, holder[segment]))
    throw notExpandable(walk.path);
  for (const child of childrenOf(holder[segment])) {
    const childOwner = typeOf(child);
    if (childOwner.type === '') expandPath(walk, child, owner, [...within, segment], rest);
    else expandPath(walk, child, childOwner, [], rest);
  }
}

function resolve({ source }: Walk, holder: Json, segment: string): void {
  const found = (value: unknown): unknown =>
    typeof value === 'string' ? (structuredClone(source.find(value)) ?? value) : value;
  const value = holder[segment];
  holder[segment] = Array.isArray(value) ? value.map(found) : found(value);
}

/** Lists and nested hashes are passed through; they are never the end of a path. */
function canPassThrough(
  walk: Walk,
  owner: Owner,
  dotted: string,
  rest: string[],
  value: unknown,
): boolean {
  if (owner.type === 'list') return dotted === 'data' && rest.length > 0;
  if (walk.source.includable[owner.type]?.[dotted]) return true;
  if (rest.length === 0) return false;
  const documented = [
    ...(walk.source.references[owner.type] ?? []),
    ...Object.keys(walk.source.includable[owner.type] ?? {}),
  ];
  return (
    documented.some((name) => name.startsWith(`${dotted}.`)) ||
    childrenOf(value).some((child) => typeOf(child).type !== '')
  );
}

interface Owner {
  type: string;
  id: string;
}

function typeOf(value: Json): Owner {
  return {
    type: typeof value['object'] === 'string' ? value['object'] : '',
    id: typeof value['id'] === 'string' ? value['id'] : '',
  };
}

function childrenOf(value: unknown): Json[] {
  const children = Array.isArray(value) ? (value as unknown[]) : [value];
  return children.filter((child): child is Json => typeof child === 'object' && child !== null);
}

function notExpandable(path: string): Error {
  return invalidRequest(`This property cannot be expanded (${path}).`, 'expand');
}
