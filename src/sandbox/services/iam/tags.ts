import type { RequestContext } from '../../../engine/index.ts';
import type { Tags } from '../../state/model.ts';
import { type KeyCase, removeTags, type Tag, tagList } from '../../state/tags.ts';
import type { Authorization, Call, Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import { type Ask, requestTags } from './ask.ts';
import { accountOf, findMfaDevice, findPolicy, findRole, findUser, noSuchEntity } from './find.ts';
import { assertOwn } from './own-policy.ts';
import { iamAccount } from './state.ts';
import { addTags } from './tag-rules.ts';

interface Tagged {
  /** As in `TagRole`. */
  readonly word: string;
  /** The input member that names it. */
  readonly member: string;
  readonly keyCase: KeyCase;
  find(name: string, call: Call): Tags;
  /** Throws when its tags aren't the caller's to change. */
  readonly check?: (name: string, call: Call) => void;
  ask(action: string, call: Call, name: string, context?: RequestContext): readonly Authorization[];
}

type TagInput = { readonly [member: string]: unknown } & {
  readonly Tags?: readonly Tag[];
  readonly TagKeys?: readonly string[];
  readonly Marker?: string;
  readonly MaxItems?: number;
};

/** Tag, Untag and List…Tags of everything in IAM that has tags: twenty-one operations. */
export function tagOperations(world: World, ask: Ask): readonly Operation[] {
  const { store } = world;
  const tagged: readonly Tagged[] = [
    {
      word: 'User',
      member: 'UserName',
      keyCase: 'one-key',
      find: (name, call) => findUser(store, call, name).tags,
      ask: (action, call, name, context) => ask.user(action, call, name, context),
    },
    {
      word: 'Role',
      member: 'RoleName',
      keyCase: 'one-key',
      find: (name, call) => findRole(store, call, name).tags,
      ask: (action, call, name, context) => ask.role(action, call, name, context),
    },
    {
      word: 'Policy',
      member: 'PolicyArn',
      keyCase: 'two-keys',
      find: (name, call) => findPolicy(store, call, name).tags,
      // "an IAM customer managed policy": API reference of TagPolicy and UntagPolicy. unverified: the error.
      check: (name, call) => assertOwn(findPolicy(store, call, name), call),
      ask: (action, call, name, context) => ask.policy(action, call, name, context),
    },
    {
      word: 'MFADevice',
      member: 'SerialNumber',
      keyCase: 'two-keys',
      find: (name, call) => findMfaDevice(store, call, name).tags,
      ask: (action, call, name, context) => ask.mfa(action, call, name, context),
    },
    {
      word: 'InstanceProfile',
      member: 'InstanceProfileName',
      keyCase: 'two-keys',
      find: (name, call) => {
        const profile = accountOf(store, call).instanceProfiles.get(name);
        if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
        return profile.tags;
      },
      ask: (action, call, name, context) => ask.profile(action, call, name, context),
    },
    {
      word: 'SAMLProvider',
      member: 'SAMLProviderArn',
      keyCase: 'two-keys',
      find: (arn, { caller }) => {
        const provider = iamAccount(world, caller.accountId).saml.get(arn);
        if (provider === undefined) throw noSuchEntity(`Manifest not found for arn ${arn}`);
        return provider.tags;
      },
      ask: (action, { caller }, arn, context) =>
        ask.arn(action, arn, iamAccount(world, caller.accountId).saml.get(arn)?.tags, context),
    },
    {
      word: 'OpenIDConnectProvider',
      member: 'OpenIDConnectProviderArn',
      keyCase: 'two-keys',
      find: (arn, { caller }) => {
        const provider = iamAccount(world, caller.accountId).oidc.get(arn);
        if (provider === undefined) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
        return provider.tags;
      },
      ask: (action, { caller }, arn, context) =>
        ask.arn(action, arn, iamAccount(world, caller.accountId).oidc.get(arn)?.tags, context),
    },
  ];
  return tagged.flatMap(operationsFor);
}

function operationsFor({ word, member, keyCase, find, check, ask }: Tagged): readonly Operation[] {
  const name = (input: TagInput): string => String(input[member]);
  return [
    operation<TagInput, object>({
      name: `Tag${word}`,
      readOnly: false,
      authorize: (input, call) => ask(`Tag${word}`, call, name(input), requestTags(input.Tags)),
      handle: (input, call) => {
        check?.(name(input), call);
        addTags(find(name(input), call), input.Tags, keyCase);
        return {};
      },
    }),
    operation<TagInput, object>({
      name: `Untag${word}`,
      readOnly: false,
      authorize: (input, call) =>
        ask(`Untag${word}`, call, name(input), input.TagKeys?.length ? { 'aws:TagKeys': input.TagKeys } : {}),
      handle: (input, call) => {
        check?.(name(input), call);
        removeTags(find(name(input), call), input.TagKeys ?? [], keyCase);
        return {};
      },
    }),
    operation<TagInput, object>({
      name: `List${word}Tags`,
      readOnly: true,
      authorize: (input, call) => ask(`List${word}Tags`, call, name(input)),
      handle: (input, call) => {
        const { items, rest } = page(tagList(find(name(input), call)), input);
        return { Tags: items, ...rest };
      },
    }),
  ];
}
