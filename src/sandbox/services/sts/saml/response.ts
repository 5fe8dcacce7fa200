import type { KeyObject } from 'node:crypto';
import { DS, isSignedBy } from './signature.ts';
import { attribute, children, descendants, type Element, elements, textOf } from './xml.ts';

const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/** What one verified assertion says. Times are ms. */
export interface Assertion {
  readonly id: string;
  readonly issuer: string;
  readonly issuedAt: number;
  readonly notBefore: number | undefined;
  readonly notOnOrAfter: number | undefined;
  /** Of each AudienceRestriction: one of its audiences must be met, in every one of them. */
  readonly audiences: readonly (readonly string[])[];
  /** Of each bearer confirmation. */
  readonly confirmations: readonly { readonly recipient: string; readonly notOnOrAfter: number }[];
  readonly subject: string;
  readonly subjectFormat: string | undefined;
  readonly sessionNotOnOrAfter: number | undefined;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/** Why a response is refused: `form`: it is no response that could be read, `signature`: nobody's that we know. */
export type Refused = 'form' | 'signature';

/**
 * Reads a SAML response and verifies its signature: of the assertion, of the whole response, or both; each signature
 * that is there must hold.
 *
 * Against signature wrapping: there is one assertion in the whole document, a direct child of the response, IDs are
 * unique, signatures stand only where they are verified, and what is read is the element object that was digested.
 */
export function readResponse(root: Element, keys: readonly KeyObject[]): Assertion | Refused {
  if (root.ns !== PROTOCOL || root.local !== 'Response') return 'form';
  const all = [...descendants(root)];
  const [assertion] = children(root, SAML, 'Assertion');
  const assertions = all.filter(({ ns, local }) => ns === SAML && /^(Encrypted)?Assertion$/.test(local));
  if (assertion === undefined || assertions.length !== 1) return 'form';
  const ids = all.flatMap((element) => attribute(element, 'ID') ?? []);
  if (new Set(ids).size !== ids.length) return 'form';
  const [status] = children(root, PROTOCOL, 'Status');
  const [code] = status === undefined ? [] : children(status, PROTOCOL, 'StatusCode');
  if (code === undefined || attribute(code, 'Value') !== SUCCESS) return 'form';
  const signed = [root, assertion].flatMap((element) =>
    children(element, DS, 'Signature').map((signature) => ({ element, signature })),
  );
  const signatures = all.filter(({ ns, local }) => ns === DS && local === 'Signature');
  if (signed.length === 0 || signed.length !== signatures.length) return 'signature';
  if (signed.filter(({ element }) => element === root).length > 1 || signed.length > 2) return 'signature';
  if (!signed.every(({ element, signature }) => isSignedBy(signature, element, keys))) return 'signature';
  return readAssertion(assertion) ?? 'form';
}

/** The Issuer of the assertion, which names the provider whose keys are to be tried. */
export function issuerOf(root: Element): string | undefined {
  const [assertion] = children(root, SAML, 'Assertion');
  return assertion && text(assertion, 'Issuer');
}

const text = (parent: Element, local: string): string | undefined => {
  const [only, ...more] = children(parent, SAML, local);
  return more.length > 0 ? undefined : textOf(only)?.trim();
};

/** SAML Core §1.3.3: times are UTC; undefined for an absent one, NaN (which satisfies nothing) for anything else. */
function time(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) ? Date.parse(value) : Number.NaN;
}

/** Core §2.5.1.1: whoever doesn't understand a condition can't tell whether the assertion is valid, and must reject it. */
const isUnderstood = ({ ns, local }: Element): boolean =>
  ns === SAML && /^(AudienceRestriction|OneTimeUse|ProxyRestriction)$/.test(local);

function readAssertion(assertion: Element): Assertion | undefined {
  const id = attribute(assertion, 'ID');
  const issuer = text(assertion, 'Issuer');
  const issuedAt = time(attribute(assertion, 'IssueInstant'));
  const [subject, ...subjects] = children(assertion, SAML, 'Subject');
  const [conditions, ...more] = children(assertion, SAML, 'Conditions');
  if (id === undefined || issuer === undefined || issuedAt === undefined) return undefined;
  if (attribute(assertion, 'Version') !== '2.0' || subject === undefined || subjects.length > 0)
    return undefined;
  if (conditions === undefined || more.length > 0 || !elements(conditions).every(isUnderstood))
    return undefined;
  const [nameId, ...names] = children(subject, SAML, 'NameID');
  const name = textOf(nameId)?.trim();
  if (nameId === undefined || names.length > 0 || name === undefined || name === '') return undefined;
  // "The response must include exactly one SubjectConfirmation element": id_roles_providers_create_saml_assertions.html
  if (children(subject, SAML, 'SubjectConfirmation').length !== 1) return undefined;
  const [statement] = children(assertion, SAML, 'AuthnStatement');
  const session = statement && time(attribute(statement, 'SessionNotOnOrAfter'));
  const attributes = readAttributes(assertion);
  if (statement === undefined || attributes === undefined) return undefined;
  return {
    id,
    issuer,
    issuedAt,
    notBefore: time(attribute(conditions, 'NotBefore')),
    notOnOrAfter: time(attribute(conditions, 'NotOnOrAfter')),
    audiences: children(conditions, SAML, 'AudienceRestriction').map((restriction) =>
      children(restriction, SAML, 'Audience').flatMap((audience) => textOf(audience)?.trim() ?? []),
    ),
    confirmations: children(subject, SAML, 'SubjectConfirmation')
      .filter((confirmation) => attribute(confirmation, 'Method') === BEARER)
      .flatMap((confirmation) => children(confirmation, SAML, 'SubjectConfirmationData'))
      .map((data) => ({
        recipient: attribute(data, 'Recipient') ?? '',
        notOnOrAfter: time(attribute(data, 'NotOnOrAfter')) ?? Number.NaN,
      })),
    subject: name,
    subjectFormat: attribute(nameId, 'Format'),
    sessionNotOnOrAfter: session,
    attributes,
  };
}

/** undefined when an attribute is there twice or a value isn't text: one of two readings would have to be picked. */
function readAttributes(assertion: Element): ReadonlyMap<string, readonly string[]> | undefined {
  const attributes = new Map<string, readonly string[]>();
  for (const statement of children(assertion, SAML, 'AttributeStatement')) {
    for (const element of elements(statement)) {
      const name = attribute(element, 'Name');
      if (element.ns !== SAML || element.local !== 'Attribute' || name === undefined) return undefined;
      const values = children(element, SAML, 'AttributeValue').map((value) => textOf(value)?.trim());
      if (attributes.has(name) || values.includes(undefined)) return undefined;
      attributes.set(
        name,
        values.flatMap((value) => value ?? []),
      );
    }
  }
  return attributes;
}
