import type * as organizations from '@aws-sdk/client-organizations';
import type { RequestContext } from '../../../engine/index.ts';
import { type Tag, tagList } from '../../state/tags.ts';
import type { Call, Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { accessOf, enter, type Gate } from './access.ts';
import { resourcePolicyArn } from './arns.ts';
import { requestTags, resourceTags } from './ask.ts';
import { constraintViolation, invalidInput, noTarget } from './errors.ts';
import { findPolicy, findTarget } from './find.ts';
import { page } from './page.ts';
import type { Service } from './service.ts';
import type { Organization } from './state.ts';

const TAGS = 50;

/** Throws what AWS answers to too many, doubled and reserved tags; changes nothing. */
export function checkTags(tags: ReadonlyMap<string, string>, add: readonly Tag[] | undefined): void {
  const keys = new Set<string>();
  for (const { Key = '' } of add ?? []) {
    if (/^aws:/i.test(Key)) {
      throw invalidInput(
        'INVALID_SYSTEM_TAGS_PARAMETER',
        'You specified a tag key that is a system tag. You can’t add, edit, or delete system tag keys.',
      );
    }
    if (keys.has(Key)) {
      throw invalidInput(
        'DUPLICATE_TAG_KEY',
        'Tag keys must be unique among the tags attached to the same entity.',
      );
    }
    keys.add(Key);
  }
  for (const key of tags.keys()) keys.add(key);
  if (keys.size > TAGS) {
    throw constraintViolation(
      'MAX_TAG_LIMIT_EXCEEDED',
      'You have exceeded the number of tags allowed on this resource.',
    );
  }
}

/** Tag keys of Organizations differ by case, unlike IAM's. */
export function addTags(tags: Map<string, string>, add: readonly Tag[] | undefined): void {
  for (const { Key = '', Value = '' } of add ?? []) tags.set(Key, Value);
}

export function tagOperations({ state, ask }: Service): readonly Operation[] {
  const about = (action: string, call: Call, gate: Gate, id: string, context: RequestContext = {}) => {
    const organization = state.members.get(call.caller.accountId)?.organization;
    const own = organization?.resourcePolicy;
    const isOwn =
      organization !== undefined && accessOf(organization, call.caller.accountId, gate) !== 'none';
    if (!isOwn || own?.id !== id) return ask.about(action, call, gate, [id], context);
    const arn = resourcePolicyArn(organization, id);
    return ask.arn(action, call, gate, arn, { ...resourceTags(own.tags), ...context });
  };
  return [
    operation<organizations.TagResourceRequest, object>({
      name: 'TagResource',
      readOnly: false,
      authorize: ({ ResourceId: id, Tags }, call) =>
        about('TagResource', call, gateTo(id), id, requestTags(Tags)),
      handle: ({ ResourceId, Tags }, call) => {
        const tags = find(enter(state, call, gateTo(ResourceId)), ResourceId);
        checkTags(tags, Tags);
        addTags(tags, Tags);
        return {};
      },
    }),
    operation<organizations.UntagResourceRequest, object>({
      name: 'UntagResource',
      readOnly: false,
      authorize: ({ ResourceId: id, TagKeys }, call) =>
        about('UntagResource', call, gateTo(id), id, TagKeys.length > 0 ? { 'aws:TagKeys': TagKeys } : {}),
      handle: ({ ResourceId, TagKeys }, call) => {
        const tags = find(enter(state, call, gateTo(ResourceId)), ResourceId);
        for (const key of TagKeys) tags.delete(key);
        return {};
      },
    }),
    operation<organizations.ListTagsForResourceRequest, organizations.ListTagsForResourceResponse>({
      name: 'ListTagsForResource',
      readOnly: true,
      authorize: ({ ResourceId }, call) => about('ListTagsForResource', call, 'delegate', ResourceId),
      handle: ({ ResourceId, NextToken }, call) => {
        const tags = find(enter(state, call, 'delegate'), ResourceId);
        const { items, rest } = page(tagList(tags), { NextToken, MaxResults: TAGS });
        return { Tags: items, ...rest };
      },
    }),
  ];
}

/** The resource policy itself is the management account's. */
const gateTo = (id: string): Gate => (id.startsWith('rp-') ? 'management' : 'policy');

function find(organization: Organization, id: string): Map<string, string> {
  const policy = findPolicy(organization, id);
  const own = organization.resourcePolicy;
  // AWS's own policies have no tags.
  const found = policy?.awsManaged ? undefined : (policy ?? findTarget(organization, id));
  const tags = own?.id === id ? own.tags : found?.tags;
  if (tags === undefined) throw noTarget();
  return tags;
}
