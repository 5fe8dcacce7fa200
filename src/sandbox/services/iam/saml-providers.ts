import type * as iam from '@aws-sdk/client-iam';
import { uuid } from '../../state/ids.ts';
import { tagList } from '../../state/tags.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { type Metadata, readMetadata } from '../sts/saml/metadata.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { alreadyExists, invalidInput, limitExceeded, noSuchEntity } from './find.ts';
import { iamAccount, type SamlProvider } from './state.ts';
import { addTags } from './tag-rules.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const PROVIDERS = 100;
const KEYS = 10;
const CENTURY_YEARS = 100;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html */
export function samlProviderOperations(world: World, ask: Ask): readonly Operation[] {
  const providersOf = ({ caller }: Call) => iamAccount(world, caller.accountId).saml;
  const find = (arn: string, call: Call): SamlProvider => {
    const provider = providersOf(call).get(arn);
    if (provider === undefined) throw noSuchEntity(`Manifest not found for arn ${arn}`);
    return provider;
  };
  return [
    operation<iam.CreateSAMLProviderRequest, iam.CreateSAMLProviderResponse>({
      name: 'CreateSAMLProvider',
      readOnly: false,
      authorize: ({ Name, Tags }, call) =>
        ask.made('CreateSAMLProvider', arnOf(call, Name), 'SAMLProvider', Tags),
      handle: (input, call) => {
        const { Name, SAMLMetadataDocument, Tags } = input;
        refuseEncryption(input);
        const metadata = parse(SAMLMetadataDocument);
        const providers = providersOf(call);
        const arn = arnOf(call, Name);
        const lower = arn.toLowerCase();
        if ([...providers.keys()].some((known) => known.toLowerCase() === lower))
          throw alreadyExists(`SAMLProvider entity with name ${Name} already exists.`);
        if (providers.size >= PROVIDERS)
          throw limitExceeded(`Cannot exceed quota for SAMLProvidersPerAccount: ${PROVIDERS}`);
        const provider: SamlProvider = {
          name: Name,
          arn,
          createdAt: call.now,
          metadata: SAMLMetadataDocument,
          validUntil: validUntil(metadata, call.now),
          id: uuid(world.store.random),
          tags: new Map(),
        };
        addTags(provider.tags, Tags, 'two-keys');
        providers.set(arn, provider);
        return { SAMLProviderArn: arn, ...(Tags?.length && { Tags: tagList(provider.tags) }) };
      },
    }),
    operation<iam.GetSAMLProviderRequest, iam.GetSAMLProviderResponse>({
      name: 'GetSAMLProvider',
      readOnly: true,
      authorize: ({ SAMLProviderArn: arn }, call) =>
        ask.arn('GetSAMLProvider', arn, providersOf(call).get(arn)?.tags),
      handle: ({ SAMLProviderArn }, call) => {
        const provider = find(SAMLProviderArn, call);
        return {
          SAMLProviderUUID: provider.id,
          SAMLMetadataDocument: provider.metadata,
          CreateDate: new Date(provider.createdAt),
          ValidUntil: new Date(provider.validUntil),
          ...(provider.tags.size > 0 && { Tags: tagList(provider.tags) }),
        };
      },
    }),
    operation<iam.UpdateSAMLProviderRequest, iam.UpdateSAMLProviderResponse>({
      name: 'UpdateSAMLProvider',
      readOnly: false,
      authorize: ({ SAMLProviderArn: arn }, call) =>
        ask.arn('UpdateSAMLProvider', arn, providersOf(call).get(arn)?.tags),
      handle: (input, call) => {
        const { SAMLProviderArn, SAMLMetadataDocument } = input;
        const provider = find(SAMLProviderArn, call);
        refuseEncryption(input);
        if (SAMLMetadataDocument !== undefined) {
          provider.validUntil = validUntil(parse(SAMLMetadataDocument), call.now);
          provider.metadata = SAMLMetadataDocument;
        }
        return { SAMLProviderArn: provider.arn };
      },
    }),
    operation<iam.DeleteSAMLProviderRequest, object>({
      name: 'DeleteSAMLProvider',
      readOnly: false,
      authorize: ({ SAMLProviderArn: arn }, call) =>
        ask.arn('DeleteSAMLProvider', arn, providersOf(call).get(arn)?.tags),
      handle: ({ SAMLProviderArn }, call) => {
        providersOf(call).delete(find(SAMLProviderArn, call).arn);
        return {};
      },
    }),
    operation<object, iam.ListSAMLProvidersResponse>({
      name: 'ListSAMLProviders',
      readOnly: true,
      authorize: (_input, call) => ask.kind('ListSAMLProviders', call, 'saml-provider', '/*'),
      handle: (_input, call) => ({
        SAMLProviderList: [...providersOf(call).values()].map((provider) => ({
          Arn: provider.arn,
          ValidUntil: new Date(provider.validUntil),
          CreateDate: new Date(provider.createdAt),
        })),
      }),
    }),
  ];
}

const arnOf = ({ caller }: Call, name: string): string =>
  `arn:aws:iam::${caller.accountId}:saml-provider/${name}`;

function parse(text: string): Metadata {
  const metadata = readMetadata(text);
  if (metadata === undefined) throw invalidInput('Could not parse metadata');
  // unverified: the words.
  if (metadata.keys.length > KEYS)
    throw limitExceeded(`Cannot exceed quota for KeysPerSAMLProvider: ${KEYS}`);
  return metadata;
}

/** unverified: what AWS shows for metadata without validUntil; a hundred years is what accounts show. */
const validUntil = ({ validUntil: until }: Metadata, now: number): number =>
  until ?? new Date(now).setUTCFullYear(new Date(now).getUTCFullYear() + CENTURY_YEARS);

/** Encrypted assertions couldn't be opened at AssumeRoleWithSAML, so that they aren't promised here. */
function refuseEncryption(input: {
  readonly AssertionEncryptionMode?: string | undefined;
  readonly AddPrivateKey?: string | undefined;
}): void {
  if (input.AssertionEncryptionMode === 'Required' || input.AddPrivateKey !== undefined) {
    throw new AwsError(
      'NotImplemented',
      'The sandbox does not serve encrypted SAML assertions.',
      501,
      'Receiver',
    );
  }
}
