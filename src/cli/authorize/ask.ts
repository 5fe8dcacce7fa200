import {
  type Authorizer,
  type AuthRequest,
  compile,
  type Decision,
  type Explanation,
  impliedRequests,
  type PolicySet,
  type RequestContext,
} from '../../engine/index.ts';
import { CliError, exit } from '../exit.ts';
import { withFiles } from '../policy-set.ts';
import { layered, withAlways } from './context.ts';
import { decidedByTrust, isRoleArn, type Origin, type Surroundings, type World } from './world.ts';

/** One request as people state it. */
export interface Question {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount?: string;
  readonly context: RequestContext;
}

/** An answer: the request's own, and those that AWS asks besides (`sts:TagSession`, `sts:SetSourceIdentity`). */
export interface Answer<T extends Decision> {
  readonly decision: 'allow' | 'deny';
  readonly request: AuthRequest;
  readonly result: T;
  readonly implied: readonly { readonly request: AuthRequest; readonly result: T }[];
  readonly notes: readonly string[];
  readonly origins: readonly (Origin & { readonly policy: string; readonly statement: number })[];
}

/** Sets of compiled policies that are kept; a file of requests seldom has more callers × roles at a time. */
const MOST_COMPILED = 2000;

export class Asker {
  readonly #world: World;
  readonly #files: PolicySet;
  readonly #now: number;
  readonly #compiled = new Map<string, Authorizer>();

  /** `now`: milliseconds since 1970, for `aws:CurrentTime` where a request doesn't state it. */
  constructor(world: World, files: PolicySet, now: number) {
    this.#world = world;
    this.#files = files;
    this.#now = now;
  }

  /** The decision; quick. */
  decide(question: Question): Answer<Decision> {
    return this.#ask(question, (authorizer, request) => authorizer.authorize(request));
  }

  /** The decision with its story. */
  explain(question: Question): Answer<Explanation> {
    return this.#ask(question, (authorizer, request) => authorizer.explain(request));
  }

  #ask<T extends Decision>(question: Question, how: (a: Authorizer, r: AuthRequest) => T): Answer<T> {
    const { action, resource, resourceAccount } = question;
    checkQuestion(question);
    const principal = this.#world.principal(question.principal);
    const around = this.#world.around(principal, action, resource);
    const authorizer = this.#authorizer(around);
    const context = withAlways(layered(around.context, question.context), this.#now);
    const request: AuthRequest = {
      principal,
      action,
      resource,
      ...(resourceAccount !== undefined && { resourceAccount }),
      context,
    };
    const result = how(authorizer, request);
    const implied = impliedRequests(request).map((r) => ({ request: r, result: how(authorizer, r) }));
    const all = [result, ...implied.map((i) => i.result)];
    return {
      decision: all.every((r) => r.allowed) ? 'allow' : 'deny',
      request,
      result,
      implied,
      notes: [...around.notes, ...this.#noted(request)],
      origins: originsOf(all, around),
    };
  }

  #authorizer(around: Surroundings): Authorizer {
    const known = this.#compiled.get(around.key);
    if (known !== undefined) return known;
    if (this.#compiled.size >= MOST_COMPILED) this.#compiled.clear();
    const authorizer = compile(withFiles(around.policies, this.#files));
    this.#compiled.set(around.key, authorizer);
    return authorizer;
  }

  #noted({ principal }: AuthRequest): string[] {
    const limited = this.#files.identity !== undefined || this.#files.boundary !== undefined;
    return principal.type === 'root' && limited
      ? [
          'identity policies and boundaries do not limit the root user: name a user or a session to ask about them',
        ]
      : [];
  }
}

function checkQuestion({ action, resource, resourceAccount }: Question): void {
  if (!/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action)) {
    const help = 'a request has one action, without wildcards, as in ec2:DescribeInstances';
    throw new CliError(`${action}: not an action`, exit.usage, help);
  }
  if (decidedByTrust(action) && !isRoleArn(resource)) {
    const help = 'as in arn:aws:iam::657654036224:role/SecurityAuditRole';
    throw new CliError(`${action} needs the role's ARN as resource, not ${resource}`, exit.usage, help);
  }
  if (resource !== '*' && !resource.startsWith('arn:')) {
    throw new CliError(
      `${resource}: not a resource`,
      exit.usage,
      'write an ARN, or * for actions without one',
    );
  }
  if (resourceAccount !== undefined && !/^\d{12}$/.test(resourceAccount)) {
    throw new CliError(`${resourceAccount}: not an account id`, exit.usage, 'an account id has 12 digits');
  }
}

function originsOf(results: readonly Decision[], around: Surroundings): Answer<Decision>['origins'] {
  const found = new Map<string, Answer<Decision>['origins'][number]>();
  for (const outcome of results.flatMap((r) => r.statements)) {
    const origin = around.origin?.(outcome);
    if (origin === undefined) continue;
    const { policy, index: statement } = outcome;
    found.set(`${policy}\n${statement}`, { ...origin, policy, statement });
  }
  return [...found.values()];
}
