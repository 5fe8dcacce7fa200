import type { Assertion } from './response.ts';

const eduPerson = (n: number): string => `urn:oid:1.3.6.1.4.1.5923.1.1.1.${n}`;
const eduOrg = (n: number): string => `urn:oid:1.3.6.1.4.1.5923.1.2.1.${n}`;
const CLAIMS = 'http://schemas.xmlsoap.org';

/**
 * Attributes of directories that a trust policy can ask for, by their names; `[]`: a list.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html#saml-attribute-mapping
 * Where that table has an OID that doesn't exist (2.4.5.42) the right one is taken, too.
 */
const keys: Readonly<Record<string, string>> = {
  [eduPerson(1)]: 'eduPersonAffiliation[]',
  [eduPerson(2)]: 'eduPersonNickname[]',
  [eduPerson(3)]: 'eduPersonOrgDN',
  [eduPerson(4)]: 'eduPersonOrgUnitDN[]',
  [eduPerson(5)]: 'eduPersonPrimaryAffiliation',
  [eduPerson(6)]: 'eduPersonPrincipalName',
  [eduPerson(7)]: 'eduPersonEntitlement[]',
  [eduPerson(8)]: 'eduPersonPrimaryOrgUnitDN',
  [eduPerson(9)]: 'eduPersonScopedAffiliation[]',
  [eduPerson(10)]: 'eduPersonTargetedID[]',
  [eduPerson(11)]: 'eduPersonAssurance[]',
  [eduOrg(2)]: 'eduOrgHomePageURI[]',
  [eduOrg(3)]: 'eduOrgIdentityAuthNPolicyURI[]',
  [eduOrg(4)]: 'eduOrgLegalName[]',
  [eduOrg(5)]: 'eduOrgSuperiorURI[]',
  [eduOrg(6)]: 'eduOrgWhitePagesURI[]',
  'urn:oid:2.5.4.3': 'cn[]',
  [`${CLAIMS}/ws/2005/05/identity/claims/name`]: 'name',
  [`${CLAIMS}/claims/CommonName`]: 'commonName',
  [`${CLAIMS}/ws/2005/05/identity/claims/givenname`]: 'givenName',
  [`${CLAIMS}/ws/2005/05/identity/claims/surname`]: 'surname',
  [`${CLAIMS}/ws/2005/05/identity/claims/emailaddress`]: 'mail',
  // unverified: the table says `uid`, but no other attribute could be the key saml:primaryGroupSID that there is.
  'http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid': 'primaryGroupSID',
  '2.5.4.3': 'commonName',
  '2.5.4.4': 'surname',
  '2.4.5.42': 'givenName',
  '2.5.4.42': 'givenName',
  '2.5.4.45': 'x500UniqueIdentifier',
  '0.9.2342.19200300100.1.1': 'uid',
  '0.9.2342.19200300.100.1.1': 'uid',
  '0.9.2342.19200300100.1.3': 'mail',
  '0.9.2342.19200300.100.1.3': 'mail',
  '0.9.2342.19200300.100.1.45': 'organizationStatus',
};

/** "These keys are available only in IAM trust policies"; of two attributes for one key the first counts. */
export function attributeKeys({ attributes }: Assertion): Record<string, string | readonly string[]> {
  const context: Record<string, string | readonly string[]> = {};
  for (const [name, values] of attributes) {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    const [first] = values;
    if (key === undefined || first === undefined) continue;
    const isList = key.endsWith('[]');
    context[`saml:${key.replace('[]', '')}`] ??= isList ? values : first;
  }
  return context;
}
