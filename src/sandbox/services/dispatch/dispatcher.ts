import { type AuthRequest, compile, type Decision } from '../../../engine/index.ts';
import type { Store } from '../../state/store.ts';
import { type Authorization, AwsError, type Call, type Operation } from '../../types.ts';
import type { Structure } from '../organizations/structure.ts';
import type { Recorder } from '../record/recorder.ts';
import { authorizationMessage } from './authorization-message.ts';
import { authorizerFor, CallerViews } from './caller-view.ts';
import { refuseClosed } from './closed-account.ts';
import { callContext, resourceStanding } from './context.ts';
import { Denials } from './denials.ts';
import { deniedError, deniedText } from './denied.ts';
import { checkCredentialLimits } from './limits.ts';

/** By signing name, then by name. */
export type Operations = ReadonlyMap<string, ReadonlyMap<string, Operation>>;

/** Services whose writes change who may do what. */
const changesDecisions = new Set(['iam', 'organizations']);

/**
 * Every call goes this way: credential limits → authorization → handler → CloudTrail.
 * INVARIANT: there is no other way to a handler.
 */
export class Dispatcher {
  readonly denials = new Denials();
  readonly #operations: Operations;
  readonly #store: Store;
  readonly #recorder: Recorder;
  readonly #views: CallerViews;
  readonly #structure: Structure;

  constructor(operations: Operations, store: Store, recorder: Recorder, structure: Structure) {
    this.#operations = operations;
    this.#store = store;
    this.#recorder = recorder;
    this.#structure = structure;
    this.#views = new CallerViews(store, structure);
  }

  serves(service: string, operation: string): boolean {
    return this.#operations.get(service)?.has(operation) === true;
  }

  invoke(call: Call, input: Record<string, unknown>): Record<string, unknown> {
    const operation = this.#operations.get(call.service)?.get(call.operation);
    if (operation === undefined) {
      throw new AwsError('InvalidAction', `Could not find operation ${call.operation}`, 400);
    }
    this.#noteUse(call);
    let denied = false;
    try {
      checkCredentialLimits(call);
      const questions = operation.authorize(input, call);
      denied = true;
      this.authorize(questions, call);
      denied = false;
      const output = operation.handle(input, call);
      if (changesDecisions.has(call.service) && !operation.readOnly) this.#store.generation++;
      this.#recorder.success(operation, call, input, output);
      return output;
    } catch (error) {
      if (error instanceof AwsError) this.#recorder.failure(operation, call, input, error, denied);
      throw error;
    }
  }

  /** Throws the service's access-denied error for the first question whose answer is no. */
  authorize(questions: readonly Authorization[], call: Call): void {
    if (questions.length === 0) return;
    const view = this.#views.of(call.caller);
    const own = callContext(call);
    for (const question of questions) {
      const resourceAccount = question.resourceAccount ?? call.caller.accountId;
      const { context, rcps } = resourceStanding(question, resourceAccount, call, this.#structure);
      const request: AuthRequest = {
        principal: call.caller.principal,
        action: question.action,
        resource: question.resource,
        resourceAccount,
        context: Object.assign({}, own, view.context, context),
      };
      refuseClosed(this.#store, request, call);
      const authorizer = authorizerFor(view, question.resourcePolicy, rcps);
      const decision = authorizer.authorize(request);
      if (decision.allowed) continue;
      this.denials.add(call.requestId, () => authorizer.explain(request));
      const encoded = question.resource === '*' ? undefined : this.#encoded(request, decision.because);
      const shown = this.#isOfTask(call, request, decision)
        ? { ...decision, layer: 'session' as const }
        : decision;
      throw deniedError(call, deniedText(request, shown, question), encoded);
    }
  }

  /** Whether AssumeRoot's task refuses, which the engine is given as an SCP (caller-view.ts), and no SCP does. */
  #isOfTask({ caller }: Call, request: AuthRequest, { layer }: Decision): boolean {
    if (caller.session?.task === undefined || layer !== 'scp') return false;
    const scps = this.#structure.standing(caller.accountId)?.scps;
    return scps === undefined || compile({ scps }).authorize(request).allowed;
  }

  /** What DecodeAuthorizationMessage opens; EC2 adds it to its message when a resource is concerned. */
  #encoded(request: AuthRequest, because: string): string | undefined {
    if (!request.action.startsWith('ec2:')) return undefined;
    const message = authorizationMessage(request, because === 'explicit-deny');
    return this.#store.messages.seal({ ...message, account: this.#accountOf(request) }).toString('base64url');
  }

  #accountOf({ principal }: AuthRequest): string | undefined {
    return 'accountId' in principal ? principal.accountId : undefined;
  }

  #noteUse({ caller, service, region, now }: Call): void {
    const key = this.#store.keys.get(caller.accessKeyId ?? '');
    if (key !== undefined) key.lastUsed = { at: now, service, region };
  }
}
