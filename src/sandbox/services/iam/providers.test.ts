import { beforeEach, describe, expect, it } from 'vitest';
import { metadata } from '../sts/saml/testing/idp.ts';
import { allow, type Keys, Rig } from '../testing.ts';

const ACCOUNT = '657654036224';
const SAML = `arn:aws:iam::${ACCOUNT}:saml-provider/corp`;
const OIDC = `arn:aws:iam::${ACCOUNT}:oidc-provider/id.example.com/tenant`;

let rig: Rig;
let root: Keys;
const refused = (operation: string, input: object = {}, keys = root) =>
  rig.refusal(keys, 'iam', operation, input);

beforeEach(() => {
  rig = new Rig();
  root = rig.account(ACCOUNT);
});

describe('a SAML provider', () => {
  const create = (more: object = {}) =>
    rig.iam(root, 'CreateSAMLProvider', { Name: 'corp', SAMLMetadataDocument: metadata, ...more });

  it('is made, read, listed, changed, tagged and deleted', () => {
    expect(create({ Tags: [{ Key: 'a', Value: '1' }] })).toMatchObject({ SAMLProviderArn: SAML });
    expect(rig.iam(root, 'GetSAMLProvider', { SAMLProviderArn: SAML })).toMatchObject({
      SAMLMetadataDocument: metadata,
      CreateDate: new Date(rig.now),
      ValidUntil: new Date('2126-11-23T09:00:00Z'),
      Tags: [{ Key: 'a', Value: '1' }],
    });
    const until = metadata.replace('entityID=', 'validUntil="2027-01-01T00:00:00Z" entityID=');
    rig.iam(root, 'UpdateSAMLProvider', { SAMLProviderArn: SAML, SAMLMetadataDocument: until });
    expect(rig.iam(root, 'ListSAMLProviders')).toMatchObject({
      SAMLProviderList: [{ Arn: SAML, ValidUntil: new Date('2027-01-01T00:00:00Z') }],
    });
    rig.iam(root, 'TagSAMLProvider', { SAMLProviderArn: SAML, Tags: [{ Key: 'b', Value: '2' }] });
    rig.iam(root, 'UntagSAMLProvider', { SAMLProviderArn: SAML, TagKeys: ['a'] });
    expect(rig.iam(root, 'ListSAMLProviderTags', { SAMLProviderArn: SAML })).toMatchObject({
      Tags: [{ Key: 'b', Value: '2' }],
    });
    rig.iam(root, 'DeleteSAMLProvider', { SAMLProviderArn: SAML });
    expect(refused('GetSAMLProvider', { SAMLProviderArn: SAML })).toMatch(/^NoSuchEntity/);
    expect(refused('DeleteSAMLProvider', { SAMLProviderArn: SAML })).toMatch(/^NoSuchEntity/);
  });

  it('is there once, with metadata that can be used', () => {
    expect(refused('CreateSAMLProvider', { Name: 'x', SAMLMetadataDocument: '<a/>' })).toBe(
      'InvalidInput: Could not parse metadata',
    );
    create();
    expect(refused('CreateSAMLProvider', { Name: 'CORP', SAMLMetadataDocument: metadata })).toMatch(
      /^EntityAlreadyExists/,
    );
    expect(refused('UpdateSAMLProvider', { SAMLProviderArn: SAML, SAMLMetadataDocument: '' })).toMatch(
      /^InvalidInput/,
    );
    const other = rig.account('489157521585');
    expect(refused('GetSAMLProvider', { SAMLProviderArn: SAML }, other)).toMatch(/^NoSuchEntity/);
  });

  it('has ten keys at most', () => {
    const [key = ''] = /<(\w+:)?KeyDescriptor[\s\S]*?<\/(\w+:)?KeyDescriptor>/.exec(metadata) ?? [];
    const withKeys = (count: number) => metadata.replace(key, key.repeat(count));
    expect(refused('CreateSAMLProvider', { Name: 'x', SAMLMetadataDocument: withKeys(11) })).toBe(
      'LimitExceeded: Cannot exceed quota for KeysPerSAMLProvider: 10',
    );
    create({ SAMLMetadataDocument: withKeys(10) });
    expect(
      refused('UpdateSAMLProvider', { SAMLProviderArn: SAML, SAMLMetadataDocument: withKeys(11) }),
    ).toMatch(/^LimitExceeded/);
  });

  it('is guarded by its ARN and tags', () => {
    create({ Tags: [{ Key: 'team', Value: 'a' }] });
    const keys = rig.user(
      root,
      'alice',
      allow('iam:*SAMLProvider', SAML, { StringEquals: { 'aws:ResourceTag/team': 'a' } }),
    );
    expect(rig.iam(keys, 'GetSAMLProvider', { SAMLProviderArn: SAML })).toBeDefined();
    expect(refused('DeleteSAMLProvider', { SAMLProviderArn: `${SAML}2` }, keys)).toMatch(/^AccessDenied/);
    rig.iam(root, 'TagSAMLProvider', { SAMLProviderArn: SAML, Tags: [{ Key: 'team', Value: 'b' }] });
    expect(refused('DeleteSAMLProvider', { SAMLProviderArn: SAML }, keys)).toMatch(/^AccessDenied/);
  });
});

describe('an OpenID Connect provider', () => {
  const create = (Url = 'https://id.example.com/tenant') =>
    rig.iam(root, 'CreateOpenIDConnectProvider', {
      Url,
      ClientIDList: ['a', 'a'],
      ThumbprintList: ['0'.repeat(40)],
    });
  const get = () => rig.iam(root, 'GetOpenIDConnectProvider', { OpenIDConnectProviderArn: OIDC });
  const onIt = (operation: string, more: object = {}) =>
    rig.iam(root, operation, { OpenIDConnectProviderArn: OIDC, ...more });

  it('is made, read, listed, changed and deleted, as often as one likes', () => {
    expect(create()).toEqual({ OpenIDConnectProviderArn: OIDC });
    expect(get()).toMatchObject({ Url: 'id.example.com/tenant', ClientIDList: ['a'] });
    onIt('AddClientIDToOpenIDConnectProvider', { ClientID: 'b' });
    onIt('RemoveClientIDFromOpenIDConnectProvider', { ClientID: 'a' });
    onIt('UpdateOpenIDConnectProviderThumbprint', { ThumbprintList: ['1'.repeat(40)] });
    onIt('TagOpenIDConnectProvider', { Tags: [{ Key: 'a', Value: '1' }] });
    expect(get()).toMatchObject({
      ClientIDList: ['b'],
      ThumbprintList: ['1'.repeat(40)],
      Tags: [{ Key: 'a', Value: '1' }],
    });
    expect(rig.iam(root, 'ListOpenIDConnectProviders')).toEqual({
      OpenIDConnectProviderList: [{ Arn: OIDC }],
    });
    onIt('DeleteOpenIDConnectProvider');
    onIt('DeleteOpenIDConnectProvider');
    expect(refused('GetOpenIDConnectProvider', { OpenIDConnectProviderArn: OIDC })).toMatch(/^NoSuchEntity/);
  });

  it('has an https URL of its own', () => {
    create();
    expect(() => create()).toThrow('Provider with url https://id.example.com/tenant already exists.');
    for (const Url of [
      'http://id.example.com',
      'https://id.example.com:8443',
      'https://a b',
      'https://x?y',
      'id.example.com',
    ]) {
      expect(refused('CreateOpenIDConnectProvider', { Url })).toMatch(/^ValidationError/);
    }
    expect(
      refused('AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn: `${OIDC}x`, ClientID: 'b' }),
    ).toMatch(/^NoSuchEntity/);
  });
});
