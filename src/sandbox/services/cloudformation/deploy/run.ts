import { uuid } from '../../../state/ids.ts';
import { AwsError } from '../../../types.ts';
import type { World } from '../../world.ts';
import type { Json, PendingOperation, Stack, StackResource, StackStatus } from '../model.ts';
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
  }

  /** Throws AwsError when the service role can't be assumed any more. */
  get credentials(): Credentials {
    this.#credentials ??= operationCredentials(this.world, this.stack, this.operation.actor, this.now);
    return this.#credentials;
  }

  status(status: StackStatus, reason?: string): void {
    const { stack } = this;
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
  resource(resource: StackResource, status: StackResource['status'], reason?: string): void {
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
      properties: JSON.stringify(masked(resource.properties, this.#secrets)),
    });
  }

  /** Values of parameters that don't echo: events show none of them. */
  get #secrets(): readonly string[] {
    const recipe = this.operation.recipe ?? this.stack.recipe;
    if (recipe === undefined) return [];
    const { parameters } = readTemplate(recipe.template);
    return Object.entries(recipe.parameters).flatMap(([name, value]) =>
      parameters.get(name)?.noEcho === true && value !== '' ? [value] : [],
    );
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

function masked(value: Json, secrets: readonly string[]): Json {
  if (secrets.length === 0) return value;
  if (typeof value === 'string') {
    return secrets.reduce((text, secret) => text.replaceAll(secret, '****'), value);
  }
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => masked(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(member, secrets)]));
}

/** A failure of the outside, or of what a user wrote; anything else is a bug, which CloudFormation reports as this. */
export const reasonOf = (error: unknown): string =>
  error instanceof AwsError ? error.message : 'Internal Failure';
