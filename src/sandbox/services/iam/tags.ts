import type { RequestContext } from '../../../engine/index.ts';
import type { Tags } from '../../state/model.ts';
import { removeTags, setTags, type Tag, tagList } from '../../state/tags.ts';
import type { Authorization, Call, Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import { type Ask, requestTags } from './ask.ts';
import {
  accountOf,
  findMfaDevice,
  findPolicy,
  findRole,
  findUser,
  limitExceeded,
  noSuchEntity,
} from './find.ts';
import { iamAccount } from './state.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const TAGS_PER_ENTITY = 50;

interface Tagged {
  /** As in `TagRole`. */
  readonly word: string;
  /** The input member that names it. */
  readonly member: string;
  find(name: string, call: Call): Tags;
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
      find: (name, call) => findUser(store, call, name).tags,
      ask: (action, call, name, context) => ask.user(action, call, name, context),
    },
    {
      word: 'Role',
      member: 'RoleName',
      find: (name, call) => findRole(store, call, name).tags,
      ask: (action, call, name, context) => ask.role(action, call, name, context),
    },
    {
      word: 'Policy',
      member: 'PolicyArn',
      find: (name, call) => findPolicy(store, call, name).tags,
      ask: (action, call, name, context) => ask.policy(action, call, name, context),
    },
    {
      word: 'MFADevice',
      member: 'SerialNumber',
      find: (name, call) => findMfaDevice(store, call, name).tags,
      ask: (action, call, name, context) => ask.mfa(action, call, name, context),
    },
    {
      word: 'InstanceProfile',
      member: 'InstanceProfileName',
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

function operationsFor({ word, member, find, ask }: Tagged): readonly Operation[] {
  const name = (input: TagInput): string => String(input[member]);
  return [
    operation<TagInput, object>({
      name: `Tag${word}`,
      readOnly: false,
      authorize: (input, call) => ask(`Tag${word}`, call, name(input), requestTags(input.Tags)),
      handle: (input, call) => {
        const tags = find(name(input), call);
        const after = new Map(tags);
        setTags(after, input.Tags);
        if (after.size > TAGS_PER_ENTITY) {
          throw limitExceeded('The number of tags has reached the maximum limit.');
        }
        setTags(tags, input.Tags);
        return {};
      },
    }),
    operation<TagInput, object>({
      name: `Untag${word}`,
      readOnly: false,
      authorize: (input, call) =>
        ask(`Untag${word}`, call, name(input), input.TagKeys?.length ? { 'aws:TagKeys': input.TagKeys } : {}),
      handle: (input, call) => {
        removeTags(find(name(input), call), input.TagKeys ?? []);
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
