import type { RequestContext } from '../../../../engine/index.ts';
import type { Authorization, Call } from '../../../types.ts';
import type { StackTag } from '../model.ts';
import { readTemplate } from '../template/read.ts';
import type { Scope, StackSet } from './model.ts';
import { defaultAdministrationRole } from './roles.ts';
import type { Room } from './room.ts';

/**
 * Questions of the Service Authorization Reference:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
 */
export class Ask {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** The template of a set, for GetTemplateSummary. */
  templateOf(
    call: Call,
    input: { readonly StackSetName: string; readonly CallAs?: string | undefined },
  ): string {
    return this.#room.find(call, input.StackSetName, input.CallAs).definition.template;
  }

  /** Actions without a resource type. */
  any(action: string, context: RequestContext = {}): readonly Authorization[] {
    return [{ action: `cloudformation:${action}`, resource: '*', context }];
  }

  /** An action on one set. A set that isn't there is asked for by the ARN that it would have. */
  set(
    action: string,
    call: Call,
    input: { readonly StackSetName: string; readonly CallAs?: string | undefined },
    context: RequestContext = {},
  ): readonly Authorization[] {
    const set = this.#room.peek(call, input.StackSetName, input.CallAs);
    const id = input.StackSetName.includes(':') ? input.StackSetName : `${input.StackSetName}:*`;
    const resource = set?.arn ?? setArn(this.#room.owner(call, input.CallAs), call.region, id);
    return [
      { action: `cloudformation:${action}`, resource, ...own(call), context: { ...tagsOf(set), ...context } },
    ];
  }

  /** An action that starts an operation: on the set, on each target, and passing its administration role. */
  operation(
    action: string,
    call: Call,
    input: { readonly StackSetName: string; readonly CallAs?: string | undefined },
    scope: Scope,
    context: RequestContext = {},
  ): readonly Authorization[] {
    const set = this.#room.peek(call, input.StackSetName, input.CallAs);
    const regions: RequestContext =
      scope.regions === undefined ? {} : { 'cloudformation:TargetRegion': scope.regions };
    const both = { ...regions, ...context };
    const questions = [...this.set(action, call, input, both)];
    if (set === undefined) return questions;
    const named = `cloudformation:${action}`;
    for (const target of targetsOf(scope)) {
      const resource = `${setArn(set.accountId, set.region, set.id).replace(':stackset/', ':stackset-target/')}/${target}`;
      questions.push({ action: named, resource, ...own(call), context: both });
    }
    if (set.permissionModel === 'SERVICE_MANAGED') {
      for (const type of typesOf(set.definition.template)) {
        const resource = `arn:aws:cloudformation:${call.region}::type/resource/${type}`;
        questions.push({ action: named, resource, ...own(call), context: both });
      }
    } else if (set.definition.administrationRoleArn !== undefined) {
      // unverified: that operations on the instances of a set with the default role don't ask for iam:PassRole.
      questions.push(this.passRole(set.definition.administrationRoleArn));
    }
    return questions;
  }

  /** Who makes a set passes the administration role to CloudFormation, which then acts with it. */
  passRole(roleArn: string): Authorization {
    return {
      action: 'iam:PassRole',
      resource: roleArn,
      context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
    };
  }

  administrationRole(call: Call, given: string | undefined): Authorization {
    return this.passRole(given ?? defaultAdministrationRole(call.caller.accountId));
  }

  /** "CloudFormation checks to see if you have the required IAM permission to tag resources." */
  tagging(
    action: 'TagResource' | 'UntagResource',
    createAction: string,
    call: Call,
    resource: string,
    context: RequestContext,
  ): Authorization {
    return {
      action: `cloudformation:${action}`,
      resource,
      ...own(call),
      context: { ...context, 'cloudformation:CreateAction': createAction },
    };
  }
}

/** Delegated administrators call for the management account, by their own account's policies alone. */
const own = (call: Call): { resourceAccount: string } => ({ resourceAccount: call.caller.accountId });

export const setArn = (accountId: string, region: string, id: string): string =>
  `arn:aws:cloudformation:${region}:${accountId}:stackset/${id}`;

/** Accounts and OUs: `stackset-target/NAME:UUID/TARGET`. */
function targetsOf({ accounts = [], targets }: Scope): readonly string[] {
  const units = targets?.OrganizationalUnitIds ?? [];
  return [...new Set([...accounts, ...units, ...(units.length === 0 ? (targets?.Accounts ?? []) : [])])];
}

/** `AWS-IAM-Role` */
const typesOf = (template: string): readonly string[] => [
  ...new Set([...readTemplate(template).resources.values()].map(({ type }) => type.replaceAll('::', '-'))),
];

function tagsOf(set: StackSet | undefined): RequestContext {
  return Object.fromEntries(
    (set?.definition.tags ?? []).map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value]),
  );
}

export const requestTags = (tags: readonly Partial<StackTag>[] | undefined): RequestContext =>
  tags === undefined || tags.length === 0
    ? {}
    : {
        'aws:TagKeys': tags.map(({ Key = '' }) => Key),
        ...Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [`aws:RequestTag/${Key}`, Value])),
      };
