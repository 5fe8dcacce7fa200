import type { Attribute, Element } from './xml.ts';

/**
 * Exclusive XML Canonicalization 1.0 without comments (https://www.w3.org/TR/xml-exc-c14n/) of one element and what is
 * below it. `without`: an element that is left out, as the enveloped-signature transform wants. `inclusive`: the
 * InclusiveNamespaces PrefixList.
 */
export function canonicalize(
  element: Element,
  { without, inclusive = [] }: { without?: Element; inclusive?: readonly string[] } = {},
): string {
  return write(element, new Map(), { without, inclusive });
}

interface Options {
  readonly without: Element | undefined;
  readonly inclusive: readonly string[];
}

function write(element: Element, rendered: ReadonlyMap<string, string>, options: Options): string {
  const { prefix, local, attributes, scope } = element;
  const name = prefix === '' ? local : `${prefix}:${local}`;
  const used = new Set([prefix, ...attributes.map((a) => a.prefix).filter((p) => p !== '')]);
  for (const listed of options.inclusive) {
    const one = listed === '#default' ? '' : listed;
    if (scope.has(one)) used.add(one);
  }
  const declared = new Map(rendered);
  const declarations: string[] = [];
  for (const one of [...used].sort(byCodePoint)) {
    const uri = scope.get(one) ?? '';
    if (one === 'xml' || (declared.get(one) ?? '') === uri) continue;
    declared.set(one, uri);
    declarations.push(` ${one === '' ? 'xmlns' : `xmlns:${one}`}="${escapeAttribute(uri)}"`);
  }
  const rest = [...attributes].sort(byNamespaceThenName).map((a) => {
    const full = a.prefix === '' ? a.local : `${a.prefix}:${a.local}`;
    return ` ${full}="${escapeAttribute(a.value)}"`;
  });
  const inner = element.children
    .filter((child) => child !== options.without)
    .map((child) => (typeof child === 'string' ? escapeText(child) : write(child, declared, options)))
    .join('');
  return `<${name}${declarations.join('')}${rest.join('')}>${inner}</${name}>`;
}

/** By code points, not by UTF-16 units. */
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const byNamespaceThenName = (a: Attribute, b: Attribute): number =>
  byCodePoint(a.ns, b.ns) || byCodePoint(a.local, b.local);

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;');

const escapeAttribute = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;');
