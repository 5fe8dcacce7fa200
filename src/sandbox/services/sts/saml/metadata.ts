import { type KeyObject, X509Certificate } from 'node:crypto';
import { base64, DS } from './signature.ts';
import { attribute, children, descendants, type Element, parseXml, textOf } from './xml.ts';

const MD = 'urn:oasis:names:tc:SAML:2.0:metadata';

/** What an identity provider tells of itself, as far as AWS uses it. */
export interface Metadata {
  readonly entityId: string;
  readonly keys: readonly KeyObject[];
  /** ms */
  readonly validUntil?: number;
}

/** undefined: not the metadata of a SAML 2.0 identity provider with a signing certificate. */
export function readMetadata(text: string): Metadata | undefined {
  const root = parseXml(text);
  if (root?.ns !== MD || root.local !== 'EntityDescriptor') return undefined;
  const entityId = attribute(root, 'entityID');
  const [idp, ...others] = children(root, MD, 'IDPSSODescriptor');
  if (entityId === undefined || entityId === '' || idp === undefined || others.length > 0) return undefined;
  if (children(idp, MD, 'SingleSignOnService').length === 0) return undefined;
  const keys = children(idp, MD, 'KeyDescriptor')
    .filter((key) => (attribute(key, 'use') ?? 'signing') === 'signing')
    .flatMap(certificates);
  if (keys.length === 0 || keys.includes(undefined)) return undefined;
  const until = Date.parse(attribute(root, 'validUntil') ?? attribute(idp, 'validUntil') ?? '');
  return {
    entityId,
    keys: keys.filter((key) => key !== undefined),
    ...(!Number.isNaN(until) && { validUntil: until }),
  };
}

function certificates(descriptor: Element): (KeyObject | undefined)[] {
  const found = [...descendants(descriptor)].filter((e) => e.ns === DS && e.local === 'X509Certificate');
  return found.map((element) => {
    const der = base64(textOf(element));
    if (der === undefined) return undefined;
    try {
      return new X509Certificate(der).publicKey;
    } catch {
      return undefined;
    }
  });
}
