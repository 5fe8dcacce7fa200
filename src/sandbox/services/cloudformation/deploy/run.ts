import { uuid } from '../../../state/ids.ts';
import { AwsError } from '../../../types.ts';
import type { World } from '../../world.ts';
import type { Json, PendingOperation, Recipe, Stack, StackResource, StackStatus } from '../model.ts';
import { readTemplate } from '../template/read.ts';
import { type Credentials, operationCredentials } from './credentials.ts';
import { notify } from './notify.ts';

/** One stack operation while it runs: its credentials, and what it tells about itself. */
export class Run {
  readonly world: World;
  readonly stack: Stack;
  readonly operation: PendingOperation;
  /** ms */
  readonly now: number;
  /** Ends a nested stack's operation. */
  readonly finish: (stack: Stack, now: number) => void;
  /** Something has to end elsewhere before this can go on. */
  busy = false;
  readonly #secrets: readonly string[];
  #credentials: Credentials | undefined;

  constructor(
    world: World,
    stack: Stack,
    operation: PendingOperation,
    now: number,
    finish: (stack: Stack, now: number) => void,
  ) {
    this.finish = finish;
    this.world = world;
    this.stack = stack;
    this.operation = operation;
    this.now = now;
    // Of both versions: what an update takes away is shown by its events too.
    this.#secrets = [operation.recipe, stack.recipe, stack.unwinding?.recipe].flatMap(secretsOf);
  }

  /** Throws AwsError when the service role can't be assumed any more. */
  get credentials(): Credentials {
    this.#credentials ??= operationCredentials(this.world, this.stack, this.operation.actor, this.now);
    return this.#credentials;
  }

  status(status: StackStatus, given?: string): void {
    const { stack } = this;
    const reason = given === undefined ? undefined : maskedText(given, this.#secrets);
    stack.status = status;
    if (reason === undefined) delete stack.reason;
    else stack.reason = reason;
    this.#event({
      logicalId: stack.name,
      physicalId: stack.id,
      type: 'AWS::CloudFormation::Stack',
      status,
      ...(reason !== undefined && { reason }),
    });
  }

  /** Notes a resource's status and tells of it. */
  resource(resource: StackResource, status: StackResource['status'], given?: string): void {
    const reason = given === undefined ? undefined : maskedText(given, this.#secrets);
    resource.status = status;
    resource.updatedAt = this.now;
    if (reason === undefined) delete resource.reason;
    else resource.reason = reason;
    this.#event({
      logicalId: resource.logicalId,
      physicalId: resource.physicalId ?? '',
      type: resource.type,
      status,
      ...(reason !== undefined && { reason }),
      properties: JSON.stringify(this.shown(resource.properties)),
    });
  }

  /** As answers may show it: without the values of parameters that don't echo. */
  shown<T extends Json>(value: T): T {
    return masked(value, this.#secrets) as T;
  }

  #event(event: {
    readonly logicalId: string;
    readonly physicalId: string;
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly properties?: string;
  }): void {
    const own = event.type === 'AWS::CloudFormation::Stack' && event.physicalId === this.stack.id;
    const id = uuid(this.world.store.random);
    const { token } = this.operation;
    const entry = {
      id: own ? id : `${event.logicalId}-${event.status}-${id}`,
      at: this.now,
      ...event,
      ...(token !== undefined && { token }),
    };
    this.stack.events.push(entry);
    notify(this.world, this.stack, entry);
  }
}

function secretsOf(recipe: Recipe | undefined): readonly string[] {
  if (recipe === undefined) return [];
  const { parameters } = readTemplate(recipe.template);
  return Object.entries(recipe.parameters).flatMap(([name, value]) =>
    parameters.get(name)?.noEcho === true && value !== '' ? [value] : [],
  );
}

/** Shorter ones are masked as a whole value only: no text is without an `a`. */
const SHORTEST_WITHIN = 4;

const maskedText = (text: string, secrets: readonly string[]): string =>
  secrets.reduce(
    (shown, secret) =>
      shown === secret ? '****' : secret.length < SHORTEST_WITHIN ? shown : shown.replaceAll(secret, '****'),
    text,
  );

function masked(value: Json, secrets: readonly string[]): Json {
  if (secrets.length === 0) return value;
  if (typeof value === 'string') return maskedText(value, secrets);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => masked(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(member, secrets)]));
}

/** A failure of the outside, or of what a user wrote; anything else is a bug, which CloudFormation reports as this. */
export const reasonOf = (error: unknown): string =>
  error instanceof AwsError ? error.message : 'Internal Failure';
