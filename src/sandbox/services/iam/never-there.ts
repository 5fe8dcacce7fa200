import type * as iam from '@aws-sdk/client-iam';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { findUser, namedUserOrSelf } from './find.ts';

/**
 * Kinds of things that this cloud has no operation to make: console passwords, SSH keys, certificates, identity
 * providers. Their reads must answer truly ("none"), because clients ask for them before they delete a user.
 */
export const neverThereOperations = ({ store }: World, ask: Ask): readonly Operation[] => [
  operation<iam.ListSSHPublicKeysRequest, iam.ListSSHPublicKeysResponse>({
    name: 'ListSSHPublicKeys',
    readOnly: true,
    authorize: ({ UserName }, call) => ask.user('ListSSHPublicKeys', call, UserName),
    handle: ({ UserName }, call) => {
      namedUserOrSelf(store, call, UserName);
      return { SSHPublicKeys: [], IsTruncated: false };
    },
  }),
  operation<iam.ListSigningCertificatesRequest, iam.ListSigningCertificatesResponse>({
    name: 'ListSigningCertificates',
    readOnly: true,
    authorize: ({ UserName }, call) => ask.user('ListSigningCertificates', call, UserName),
    handle: ({ UserName }, call) => {
      namedUserOrSelf(store, call, UserName);
      return { Certificates: [], IsTruncated: false };
    },
  }),
  operation<iam.ListServiceSpecificCredentialsRequest, iam.ListServiceSpecificCredentialsResponse>({
    name: 'ListServiceSpecificCredentials',
    readOnly: true,
    authorize: ({ UserName }, call) => ask.user('ListServiceSpecificCredentials', call, UserName),
    handle: ({ UserName }, call) => {
      if (UserName !== undefined) findUser(store, call, UserName);
      return { ServiceSpecificCredentials: [], IsTruncated: false };
    },
  }),
  operation<object, iam.ListSAMLProvidersResponse>({
    name: 'ListSAMLProviders',
    readOnly: true,
    authorize: (_input, call) => ask.kind('ListSAMLProviders', call, 'saml-provider', '/*'),
    handle: () => ({ SAMLProviderList: [] }),
  }),
  operation<object, iam.ListOpenIDConnectProvidersResponse>({
    name: 'ListOpenIDConnectProviders',
    readOnly: true,
    authorize: (_input, call) => ask.kind('ListOpenIDConnectProviders', call, 'oidc-provider', '/*'),
    handle: () => ({ OpenIDConnectProviderList: [] }),
  }),
];
