import type { RequestContext } from '../../../engine/index.ts';
import type { PolicyDocument } from '../../../policy/index.ts';
import type { StoredPolicy } from '../../state/stored-policy.ts';
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
    const mayKnow = this.#mayKnow(call, gate);
    const questions = ids.map((id): Question => {
      if (id === undefined || organization === undefined) return { resource: '*' };
      return mayKnow ? aboutOne(organization, id) : { resource: arnById(organization, id) };
    });
    return this.#ask(action, call, gate, questions, context);
  }

  /** About a policy and what it is attached to: the policy's type is a key of the whole request, so of both questions. */
  attachment(action: string, call: Call, policyId: string, targetId: string): readonly Authorization[] {
    const organization = this.#organization(call);
    const policy =
      this.#mayKnow(call, 'policy') && organization ? findPolicy(organization, policyId) : undefined;
    return this.about(action, call, 'policy', [policyId, targetId], {
      'organizations:PolicyType': policy?.type,
    });
  }

  /** About something whose ARN the caller of this method knows; `*` when it isn't there. */
  arn(action: string, call: Call, gate: Gate, resource: string, context: RequestContext = {}) {
    return this.#ask(action, call, gate, [{ resource }], context);
  }

  /**
   * What creates something with tags also tags: "If the request includes tags, then the requester must have the
   * organizations:TagResource permission" (API_CreateAccount.html and all others that take Tags). unverified: which ARN
   * stands for what has no id yet; here it is `*` in the place of the id.
   */
  tagging(
    call: Call,
    gate: Gate,
    tags: readonly Tag[] | undefined,
    kind: string,
    context: RequestContext = {},
  ) {
    const organization = this.#organization(call);
    if (!tags?.length || organization === undefined) return [];
    const resource = `arn:aws:organizations::${organization.managementAccountId}:${kind.replace('/', `/${organization.id}/`)}`;
    return this.#ask('TagResource', call, gate, [{ resource }], { ...requestTags(tags), ...context });
  }

  #organization(call: Call): Organization | undefined {
    return this.#state.members.get(call.caller.accountId)?.organization;
  }

  /**
   * Whoever may not ask at all learns nothing of what is asked about: by conditions on aws:ResourceTag in a policy of its
   * own, a member read the tags of OUs and accounts, one guess a call.
   */
  #mayKnow(call: Call, gate: Gate): boolean {
    const organization = this.#organization(call);
    return organization !== undefined && accessOf(organization, call.caller.accountId, gate) !== 'none';
  }

  #isManagement({ caller }: Call): boolean {
    return this.#state.members.get(caller.accountId)?.organization.managementAccountId === caller.accountId;
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
    const access = organization === undefined ? 'none' : accessOf(organization, accountId, gate);
    const own = organization?.resourcePolicy?.policy;
    const policy = access === 'resource-policy' ? own : undefined;
    // A service's delegated administrator needs no permission of this policy; a Deny in it overrides, as in any other.
    // unverified: AWS's documents don't speak of a resource policy that denies to a service's administrator.
    const isDelegated = gate === 'delegate' && access === 'own' && !this.#isManagement(call);
    const denials = isDelegated && own !== undefined ? denialsOf(own) : undefined;
    return questions.map((question) => ({
      action: `organizations:${action}`,
      resource: question.resource,
      resourceAccount:
        policy === undefined || organization === undefined ? accountId : organization.managementAccountId,
      ...(policy !== undefined && { resourcePolicy: { name: NAME, document: policy.document } }),
      ...(denials !== undefined && { resourcePolicy: { name: NAME, document: denials } }),
      context: { ...question.context, ...context },
    }));
  }
}

const NAME = 'resource policy of the organization';

/** The statements that deny; kept, because the engine knows policies by the object. */
function denialsOf(policy: StoredPolicy): PolicyDocument {
  let document = denials.get(policy);
  if (document === undefined) {
    const all = policy.document;
    document = { ...all, statements: all.statements.filter(({ effect }) => effect === 'Deny') };
    denials.set(policy, document);
  }
  return document;
}

const denials = new WeakMap<StoredPolicy, PolicyDocument>();

function aboutOne(organization: Organization, id: string): Question {
  if (id.startsWith('p-')) {
    const policy = findPolicy(organization, id);
    if (policy === undefined) return { resource: arnById(organization, id) };
    return {
      resource: policyArn(organization, policy),
      context: { 'organizations:PolicyType': policy.type, ...resourceTags(policy.tags) },
    };
  }
  const target = findTarget(organization, id);
  if (target !== undefined)
    return { resource: targetArn(organization, target), context: resourceTags(target.tags) };
  return { resource: arnById(organization, id) };
}

/** As the id alone says it. */
function arnById(organization: Organization, id: string): string {
  if (id.startsWith('p-'))
    return `arn:aws:organizations::${organization.managementAccountId}:policy/${organization.id}/*/${id}`;
  if (/^\d{12}$/.test(id)) return accountArn(organization, id);
  return containerArn(organization, { kind: id.startsWith('r-') ? 'root' : 'unit', id });
}

export const resourceTags = (tags: ReadonlyMap<string, string>): RequestContext =>
  Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));

/** aws:RequestTag/… and aws:TagKeys of a request that sets tags. */
export function requestTags(tags: readonly Tag[] | undefined): RequestContext {
  if (!tags?.length) return {};
  const pairs = Object.entries(tagRecord(tags)).map(([key, value]) => [`aws:RequestTag/${key}`, value]);
  return { ...Object.fromEntries(pairs), 'aws:TagKeys': tags.map(({ Key = '' }) => Key) };
}
