import type * as iam from '@aws-sdk/client-iam';
import { tagList } from '../../state/tags.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { alreadyExists, limitExceeded, noSuchEntity } from './find.ts';
import { iamAccount, type OidcProvider } from './state.ts';
import { addTags } from './tag-rules.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const PROVIDERS = 100;
const CLIENT_IDS = 100;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html */
export function oidcProviderOperations(world: World, ask: Ask): readonly Operation[] {
  const providersOf = ({ caller }: Call) => iamAccount(world, caller.accountId).oidc;
  const find = (arn: string, call: Call): OidcProvider => {
    const provider = providersOf(call).get(arn);
    if (provider === undefined) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
    return provider;
  };
  /** An operation on one provider, of which only what it does is left to say. */
  const onOne = <I extends { OpenIDConnectProviderArn: string | undefined }>(
    name: string,
    run: (provider: OidcProvider, input: I) => void,
  ): Operation =>
    operation<I, object>({
      name,
      readOnly: false,
      authorize: ({ OpenIDConnectProviderArn: arn = '' }, call) =>
        ask.arn(name, arn, providersOf(call).get(arn)?.tags),
      handle: (input, call) => {
        run(find(input.OpenIDConnectProviderArn ?? '', call), input as I);
        return {};
      },
    });
  return [
    operation<iam.CreateOpenIDConnectProviderRequest, iam.CreateOpenIDConnectProviderResponse>({
      name: 'CreateOpenIDConnectProvider',
      readOnly: false,
      authorize: ({ Url, Tags }, call) =>
        ask.made('CreateOpenIDConnectProvider', arnOf(call, Url), 'OpenIDConnectProvider', Tags),
      handle: ({ Url, ClientIDList = [], ThumbprintList = [], Tags }, call) => {
        if (!isIssuer(Url)) throw new AwsError('ValidationError', 'Invalid Open ID Connect Provider URL');
        const providers = providersOf(call);
        const arn = arnOf(call, Url);
        if (providers.has(arn)) throw alreadyExists(`Provider with url ${Url} already exists.`);
        if (providers.size >= PROVIDERS)
          throw limitExceeded(`Cannot exceed quota for OpenIDConnectProvidersPerAccount: ${PROVIDERS}`);
        const provider: OidcProvider = {
          arn,
          url: withoutScheme(Url),
          createdAt: call.now,
          clientIds: clients(ClientIDList),
          thumbprints: [...ThumbprintList],
          tags: new Map(),
        };
        addTags(provider.tags, Tags, 'two-keys');
        providers.set(arn, provider);
        return { OpenIDConnectProviderArn: arn, ...(Tags?.length && { Tags: tagList(provider.tags) }) };
      },
    }),
    operation<iam.GetOpenIDConnectProviderRequest, iam.GetOpenIDConnectProviderResponse>({
      name: 'GetOpenIDConnectProvider',
      readOnly: true,
      authorize: ({ OpenIDConnectProviderArn: arn }, call) =>
        ask.arn('GetOpenIDConnectProvider', arn, providersOf(call).get(arn)?.tags),
      handle: ({ OpenIDConnectProviderArn }, call) => {
        const provider = find(OpenIDConnectProviderArn, call);
        return {
          Url: provider.url,
          ClientIDList: [...provider.clientIds],
          ThumbprintList: [...provider.thumbprints],
          CreateDate: new Date(provider.createdAt),
          ...(provider.tags.size > 0 && { Tags: tagList(provider.tags) }),
        };
      },
    }),
    operation<object, iam.ListOpenIDConnectProvidersResponse>({
      name: 'ListOpenIDConnectProviders',
      readOnly: true,
      authorize: (_input, call) => ask.kind('ListOpenIDConnectProviders', call, 'oidc-provider', '/*'),
      handle: (_input, call) => ({
        OpenIDConnectProviderList: [...providersOf(call).keys()].map((Arn) => ({ Arn })),
      }),
    }),
    operation<iam.DeleteOpenIDConnectProviderRequest, object>({
      name: 'DeleteOpenIDConnectProvider',
      readOnly: false,
      authorize: ({ OpenIDConnectProviderArn: arn }, call) =>
        ask.arn('DeleteOpenIDConnectProvider', arn, providersOf(call).get(arn)?.tags),
      // "This operation is idempotent; it does not fail … for a provider that does not exist."
      handle: ({ OpenIDConnectProviderArn }, call) => {
        providersOf(call).delete(OpenIDConnectProviderArn);
        return {};
      },
    }),
    onOne<iam.UpdateOpenIDConnectProviderThumbprintRequest>(
      'UpdateOpenIDConnectProviderThumbprint',
      (provider, { ThumbprintList }) => {
        provider.thumbprints = [...(ThumbprintList ?? [])];
      },
    ),
    onOne<iam.AddClientIDToOpenIDConnectProviderRequest>(
      'AddClientIDToOpenIDConnectProvider',
      (provider, { ClientID = '' }) => {
        provider.clientIds = clients([...provider.clientIds, ClientID]);
      },
    ),
    onOne<iam.RemoveClientIDFromOpenIDConnectProviderRequest>(
      'RemoveClientIDFromOpenIDConnectProvider',
      (provider, { ClientID }) => {
        provider.clientIds = provider.clientIds.filter((id) => id !== ClientID);
      },
    ),
  ];
}

const withoutScheme = (url: string): string => url.replace(/^https:\/\//i, '');

const arnOf = ({ caller }: Call, url: string): string =>
  `arn:aws:iam::${caller.accountId}:oidc-provider/${withoutScheme(url)}`;

/** "The URL must begin with https://", without port, query or fragment. */
const isIssuer = (url: string): boolean =>
  /^https:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:\/[^?#\s]*)?$/.test(url);

/** Each once. */
function clients(ids: readonly string[]): string[] {
  const unique = [...new Set(ids)];
  if (unique.length > CLIENT_IDS)
    throw limitExceeded(`Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${CLIENT_IDS}`);
  return unique;
}
