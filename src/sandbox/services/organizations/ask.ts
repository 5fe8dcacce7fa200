import type { RequestContext } from '../../../engine/index.ts';
import { type Tag, tagRecord } from '../../state/tags.ts';
import type { Authorization, Call } from '../../types.ts';
import { accessOf, type Gate } from './access.ts';
import { accountArn, containerArn, policyArn, targetArn } from './arns.ts';
import { findPolicy, findTarget } from './find.ts';
import type { Organization, OrganizationsState } from './state.ts';

type Question = { readonly resource: string; readonly context?: RequestContext };

/**
 * What the operations ask the engine: resources and keys of the Service Authorization Reference,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
 */
export class Ask {
  readonly #state: OrganizationsState;

  constructor(state: OrganizationsState) {
    this.#state = state;
  }

  /** Actions without a resource. */
  any(action: string, call: Call, gate: Gate, context: RequestContext = {}): readonly Authorization[] {
    return this.#ask(action, call, gate, [{ resource: '*' }], context);
  }

  /** About roots, OUs, accounts and policies, by id; each is asked for. */
  about(
    action: string,
    call: Call,
    gate: Gate,
    ids: readonly (string | undefined)[],
    context: RequestContext = {},
  ): readonly Authorization[] {
    const organization = this.#organization(call);
    const questions = ids.map((id): Question => {
      if (id === undefined || organization === undefined) return { resource: '*' };
      return aboutOne(organization, id);
    });
    return this.#ask(action, call, gate, questions, context);
  }

  /** About a policy and what it is attached to: the policy's type is a key of the whole request, so of both questions. */
  attachment(action: string, call: Call, policyId: string, targetId: string): readonly Authorization[] {
    const organization = this.#organization(call);
    const policy = organization && findPolicy(organization, policyId);
    return this.about(action, call, 'policy', [policyId, targetId], {
      'organizations:PolicyType': policy?.type,
    });
  }

  /** About something whose ARN the caller of this method knows; `*` when it isn't there. */
  arn(action: string, call: Call, gate: Gate, resource: string, context: RequestContext = {}) {
    return this.#ask(action, call, gate, [{ resource }], context);
  }

  #organization(call: Call): Organization | undefined {
    return this.#state.members.get(call.caller.accountId)?.organization;
  }

  #ask(
    action: string,
    call: Call,
    gate: Gate,
    questions: readonly Question[],
    context: RequestContext,
  ): readonly Authorization[] {
    const organization = this.#organization(call);
    const { accountId } = call.caller;
    // The resource policy takes part where it is what lets the caller in; else the caller's account decides alone, and
    // the handler refuses accounts that may not call at all (access.ts).
    const policy =
      organization !== undefined && accessOf(organization, accountId, gate) === 'resource-policy'
        ? organization.resourcePolicy
        : undefined;
    return questions.map((question) => ({
      action: `organizations:${action}`,
      resource: question.resource,
      resourceAccount:
        policy === undefined || organization === undefined ? accountId : organization.managementAccountId,
      ...(policy !== undefined && {
        resourcePolicy: { name: 'resource policy of the organization', document: policy.policy.document },
      }),
      context: { ...question.context, ...context },
    }));
  }
}

function aboutOne(organization: Organization, id: string): Question {
  if (id.startsWith('p-')) {
    const policy = findPolicy(organization, id);
    // What doesn't exist is asked for as what it would be.
    if (policy === undefined)
      return {
        resource: `arn:aws:organizations::${organization.managementAccountId}:policy/${organization.id}/*/${id}`,
      };
    return {
      resource: policyArn(organization, policy),
      context: { 'organizations:PolicyType': policy.type, ...resourceTags(policy.tags) },
    };
  }
  const target = findTarget(organization, id);
  if (target !== undefined)
    return { resource: targetArn(organization, target), context: resourceTags(target.tags) };
  if (/^\d{12}$/.test(id)) return { resource: accountArn(organization, id) };
  return { resource: containerArn(organization, { kind: id.startsWith('r-') ? 'root' : 'unit', id }) };
}

export const resourceTags = (tags: ReadonlyMap<string, string>): RequestContext =>
  Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));

/** aws:RequestTag/… and aws:TagKeys of a request that sets tags. */
export function requestTags(tags: readonly Tag[] | undefined): RequestContext {
  if (!tags?.length) return {};
  const pairs = Object.entries(tagRecord(tags)).map(([key, value]) => [`aws:RequestTag/${key}`, value]);
  return { ...Object.fromEntries(pairs), 'aws:TagKeys': tags.map(({ Key = '' }) => Key) };
}
