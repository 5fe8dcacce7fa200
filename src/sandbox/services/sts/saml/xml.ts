/** One element with its namespaces resolved. */
export interface Element {
  readonly prefix: string;
  readonly local: string;
  /** Namespace URI; '' for none. */
  readonly ns: string;
  readonly attributes: readonly Attribute[];
  /** Prefix → URI of all namespaces in scope; '' is the default namespace. */
  readonly scope: ReadonlyMap<string, string>;
  readonly children: readonly (Element | string)[];
}

export interface Attribute {
  readonly prefix: string;
  readonly local: string;
  readonly ns: string;
  readonly value: string;
}

const XML_NS = 'http://www.w3.org/XML/1998/namespace';
const NAME = /[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?/y;
const DEEPEST = 64;
/** In scope at once: each new one copies the others. */
const MOST_NAMESPACES = 64;

class Malformed extends Error {}

/**
 * A strict reader for SAML documents: no document type (hence no entities but the five of XML), no processing
 * instructions, every prefix bound, every attribute once. Comments are dropped and the text on both sides is joined, so
 * that what is read is exactly what a signature without comments covers. undefined: it is no such document.
 */
export function parseXml(text: string): Element | undefined {
  try {
    return new Reader(text.replace(/\r\n?/g, '\n')).document();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

interface RawAttribute {
  readonly name: string;
  readonly value: string;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Element {
    if (this.#text.startsWith('\uFEFF')) this.#at = 1;
    const declaration = /^<\?xml\s+version=["']1\.0["'][^?<>]*\?>/.exec(this.#text.slice(this.#at));
    if (declaration !== null) this.#at += declaration[0].length;
    this.#miscellany();
    const root = this.#element(new Map([['xml', XML_NS]]), 0);
    this.#miscellany();
    if (this.#at !== this.#text.length) throw new Malformed();
    return root;
  }

  /** White space and comments around the root. */
  #miscellany(): void {
    for (;;) {
      this.#space();
      if (!this.#comment()) return;
    }
  }

  #space(): boolean {
    const from = this.#at;
    while (/[ \t\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#at > from;
  }

  #comment(): boolean {
    if (!this.#text.startsWith('<!--', this.#at)) return false;
    const end = this.#text.indexOf('--', this.#at + 4);
    if (end === -1 || this.#text[end + 2] !== '>') throw new Malformed();
    this.#at = end + 3;
    return true;
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #need(token: string): void {
    if (!this.#take(token)) throw new Malformed();
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    if (name === undefined) throw new Malformed();
    this.#at += name.length;
    return name;
  }

  #element(outer: ReadonlyMap<string, string>, depth: number): Element {
    if (depth > DEEPEST) throw new Malformed();
    this.#need('<');
    const name = this.#name();
    const raw: RawAttribute[] = [];
    let closed = false;
    for (;;) {
      const spaced = this.#space();
      if (this.#take('/>')) {
        closed = true;
        break;
      }
      if (this.#take('>')) break;
      if (!spaced) throw new Malformed();
      raw.push(this.#attribute());
    }
    const scope = scopeOf(raw, outer);
    const children = closed ? [] : this.#content(name, scope, depth);
    const [prefix, local] = split(name);
    return { prefix, local, ns: bound(prefix, scope), attributes: named(raw, scope), scope, children };
  }

  #attribute(): RawAttribute {
    const name = this.#name();
    this.#space();
    this.#need('=');
    this.#space();
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") throw new Malformed();
    const end = this.#text.indexOf(quote, this.#at + 1);
    if (end === -1) throw new Malformed();
    const value = this.#text.slice(this.#at + 1, end);
    if (value.includes('<')) throw new Malformed();
    this.#at = end + 1;
    return { name, value: decode(value.replace(/[\t\n]/g, ' ')) };
  }

  #content(name: string, scope: ReadonlyMap<string, string>, depth: number): (Element | string)[] {
    const children: (Element | string)[] = [];
    let text = '';
    for (;;) {
      const next = this.#text.indexOf('<', this.#at);
      if (next === -1) throw new Malformed();
      const run = this.#text.slice(this.#at, next);
      if (run.includes(']]>')) throw new Malformed();
      text += decode(run);
      this.#at = next;
      if (this.#comment()) continue;
      if (this.#take('<![CDATA[')) {
        const end = this.#text.indexOf(']]>', this.#at);
        if (end === -1) throw new Malformed();
        text += checked(this.#text.slice(this.#at, end));
        this.#at = end + 3;
        continue;
      }
      if (text !== '') children.push(text);
      text = '';
      if (this.#take('</')) {
        if (this.#name() !== name) throw new Malformed();
        this.#space();
        this.#need('>');
        return children;
      }
      children.push(this.#element(scope, depth + 1));
    }
  }
}

const split = (name: string): [string, string] => {
  const colon = name.indexOf(':');
  return colon === -1 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
};

/** What characters XML 1.0 allows: everything but most control characters, lone surrogates and U+FFFE, U+FFFF. */
function checked(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(text) || !isWellFormed(text)) {
    throw new Malformed();
  }
  return text;
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  if (!text.includes('&')) return checked(text);
  return checked(
    text.replace(/&([^;&]*)(;?)/g, (_all, name: string, end: string) => {
      const known = end === ';' && Object.hasOwn(entities, name) ? entities[name] : undefined;
      if (known !== undefined) return known;
      const number = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name);
      const code =
        number === null ? Number.NaN : Number.parseInt(number[1] ?? number[2] ?? '', number[1] ? 16 : 10);
      if (end !== ';' || !(code <= 0x10ffff) || code === 0) throw new Malformed();
      return String.fromCodePoint(code);
    }),
  );
}

const isDeclaration = (name: string): boolean => name === 'xmlns' || name.startsWith('xmlns:');

function scopeOf(
  raw: readonly RawAttribute[],
  outer: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  let scope: Map<string, string> | undefined;
  for (const { name, value } of raw) {
    if (!isDeclaration(name)) continue;
    const prefix = name === 'xmlns' ? '' : name.slice(6);
    if (prefix === 'xml' || prefix === 'xmlns' || value === XML_NS) throw new Malformed();
    // Only the default namespace can be taken back.
    if (prefix !== '' && value === '') throw new Malformed();
    scope ??= new Map(outer);
    scope.set(prefix, value);
  }
  if (scope !== undefined && scope.size > MOST_NAMESPACES) throw new Malformed();
  return scope ?? outer;
}

function bound(prefix: string, scope: ReadonlyMap<string, string>): string {
  const uri = scope.get(prefix);
  if (uri === undefined && prefix !== '') throw new Malformed();
  return uri ?? '';
}

function named(raw: readonly RawAttribute[], scope: ReadonlyMap<string, string>): Attribute[] {
  const seen = new Set<string>();
  for (const { name } of raw) {
    if (seen.has(name)) throw new Malformed();
    seen.add(name);
  }
  const expanded = new Set<string>();
  const attributes: Attribute[] = [];
  for (const { name, value } of raw) {
    if (isDeclaration(name)) continue;
    const [prefix, local] = split(name);
    const ns = prefix === '' ? '' : bound(prefix, scope);
    if (expanded.has(`${ns} ${local}`)) throw new Malformed();
    expanded.add(`${ns} ${local}`);
    attributes.push({ prefix, local, ns, value });
  }
  return attributes;
}

export const attribute = (element: Element, local: string): string | undefined =>
  element.attributes.find((a) => a.ns === '' && a.local === local)?.value;

export const elements = (parent: Element): readonly Element[] =>
  parent.children.filter((child) => typeof child !== 'string');

/** Direct children of a name. */
export const children = (parent: Element, ns: string, local: string): readonly Element[] =>
  elements(parent).filter((child) => child.ns === ns && child.local === local);

/** Its text, when there is nothing but text in it. */
export function textOf(element: Element | undefined): string | undefined {
  if (element === undefined || elements(element).length > 0) return undefined;
  return element.children.join('');
}

/** The element and everything below it. */
export function* descendants(element: Element): Iterable<Element> {
  yield element;
  for (const child of elements(element)) yield* descendants(child);
}
