import type { RequestContext } from '../../../../engine/index.ts';
import type { Authorization, Call } from '../../../types.ts';
import type { Stack, StackTag } from '../model.ts';
import type { CloudFormationState } from '../state.ts';
import { findStack } from '../state.ts';

/**
 * Questions for the engine, with the ARNs and condition keys of
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
 */
export class Ask {
  readonly #state: CloudFormationState;

  constructor(state: CloudFormationState) {
    this.#state = state;
  }

  /** An action on one stack; one that isn't there yet has any id. */
  stack(
    action: string,
    nameOrId: string | undefined,
    call: Call,
    context: RequestContext = {},
  ): Authorization[] {
    const known = nameOrId === undefined ? undefined : this.find(nameOrId, call);
    const resource =
      known?.id ??
      (nameOrId?.startsWith('arn:') === true
        ? nameOrId
        : `arn:aws:cloudformation:${call.region}:${call.caller.accountId}:stack/${nameOrId ?? '*'}/*`);
    return [
      {
        action: `cloudformation:${action}`,
        resource,
        context: { ...resourceTags(known), ...context },
      },
    ];
  }

  any(action: string): Authorization[] {
    return [{ action: `cloudformation:${action}`, resource: '*' }];
  }

  find(nameOrId: string, { caller, region }: Call): Stack | undefined {
    return findStack(this.#state, caller.accountId, region, nameOrId);
  }
}

function resourceTags(stack: Stack | undefined): RequestContext {
  return Object.fromEntries(
    (stack?.recipe?.tags ?? []).map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value]),
  );
}

/** Handing a service role to CloudFormation needs iam:PassRole. */
export function passRole(roleArn: string | undefined): Authorization[] {
  if (roleArn === undefined) return [];
  const context = { 'iam:PassedToService': 'cloudformation.amazonaws.com' };
  return [{ action: 'iam:PassRole', resource: roleArn, context }];
}

/** Condition keys of calls that make or change a stack. */
export function requestContext(input: {
  readonly RoleARN?: string | undefined;
  readonly TemplateURL?: string | undefined;
  readonly StackPolicyURL?: string | undefined;
  readonly ChangeSetName?: string | undefined;
  readonly ResourceTypes?: readonly string[] | undefined;
  readonly Tags?: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined;
}): RequestContext {
  const tags = (input.Tags ?? []) as readonly StackTag[];
  return {
    'cloudformation:RoleArn': input.RoleARN,
    'cloudformation:TemplateUrl': input.TemplateURL,
    'cloudformation:StackPolicyUrl': input.StackPolicyURL,
    'cloudformation:ChangeSetName': input.ChangeSetName,
    ...(input.ResourceTypes !== undefined && { 'cloudformation:ResourceTypes': input.ResourceTypes }),
    ...(tags.length > 0 && { 'aws:TagKeys': tags.map(({ Key }) => Key) }),
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
  };
}
