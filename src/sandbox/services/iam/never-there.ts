import type * as iam from '@aws-sdk/client-iam';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { findUser, namedUserOrSelf, userOrSelf } from './find.ts';

/**
 * Kinds of things that this cloud has no operation to make: SSH keys, certificates, service-specific
 * passwords. Their reads must answer truly ("none"), because clients ask for them before they delete a user.
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
      userOrSelf(store, call, UserName);
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
  operation<object, iam.ListServerCertificatesResponse>({
    name: 'ListServerCertificates',
    readOnly: true,
    authorize: (_input, call) => ask.kind('ListServerCertificates', call, 'server-certificate', '/'),
    handle: () => ({ ServerCertificateMetadataList: [], IsTruncated: false }),
  }),
];
