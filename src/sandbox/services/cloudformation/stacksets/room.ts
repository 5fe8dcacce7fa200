import { AwsError, type Call } from '../../../types.ts';
import { structureOf } from '../../organizations/structure.ts';
import type { World } from '../../world.ts';
import type { Stacks } from '../engine.ts';
import { invalid, noSuchInstance, noSuchOperation, noSuchSet } from './errors.ts';
import { remember } from './finish.ts';
import {
  emptyStackSets,
  keyOf,
  type SetOperation,
  type StackInstance,
  type StackSet,
  type StackSetsState,
} from './model.ts';
import { Runner } from './runner.ts';
import { accessOf, administratorArn, MEMBER_STACKSETS } from './service-roles.ts';
import { type ShownRoles, selfManagedRoles } from './shapes.ts';

type CallAs = string | undefined;

/** What all operations on stack sets share: the state, and finding things in it as the caller may see them. */
export class Room {
  readonly world: World;
  readonly state: StackSetsState;
  readonly runner: Runner;
  readonly structure: ReturnType<typeof structureOf>;

  constructor(world: World, stacks: Stacks) {
    this.world = world;
    this.state = world.own('stacksets', emptyStackSets);
    this.runner = new Runner(world, stacks, this.state.sets);
    remember(this.state, this.runner);
    this.structure = structureOf(world);
  }

  /**
   * The account whose sets a call is about. Delegated administrators work on those of the management account.
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
   */
  owner(call: Call, callAs: CallAs): string {
    const { accountId } = call.caller;
    if (callAs !== 'DELEGATED_ADMIN') return accountId;
    const organization = this.structure.organizationOf(accountId);
    const delegated =
      organization !== undefined &&
      this.structure.delegatedAdministrators(organization, MEMBER_STACKSETS).includes(accountId);
    const management = this.structure.managementAccountOf(accountId);
    if (!delegated || management === undefined || !this.#maySeeDelegation(call)) {
      throw invalid('Account used is not a delegated administrator');
    }
    return management;
  }

  /**
   * StackSets looks with the caller's own rights, and takes a refusal for a no (terraform-provider-aws#37069).
   */
  #maySeeDelegation(call: Call): boolean {
    try {
      this.world.authorize([{ action: 'organizations:ListDelegatedAdministrators', resource: '*' }], call);
      return true;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  /** By name or id, among the active sets that the caller may see. */
  peek(call: Call, nameOrId: string, callAs: CallAs): StackSet | undefined {
    const [name = ''] = nameOrId.split(':');
    const set = this.state.names.get(nameKey(this.owner(call, callAs), call.region, name));
    if (set === undefined || (nameOrId.includes(':') && set.id !== nameOrId)) return undefined;
    if (callAs === 'DELEGATED_ADMIN' && set.permissionModel !== 'SERVICE_MANAGED') return undefined;
    return set;
  }

  find(call: Call, nameOrId: string, callAs: CallAs): StackSet {
    const set = this.peek(call, nameOrId, callAs);
    if (set === undefined) throw noSuchSet(nameOrId);
    return set;
  }

  operation(set: StackSet, id: string): SetOperation {
    const operation = set.operations.get(id);
    if (operation === undefined) throw noSuchOperation(id, set.arn);
    return operation;
  }

  instance(set: StackSet, accountId: string, region: string): StackInstance {
    const instance = set.instances.get(keyOf(accountId, region));
    if (instance === undefined) throw noSuchInstance(accountId, region, set.id);
    return instance;
  }

  roles(set: StackSet): ShownRoles {
    if (set.permissionModel === 'SELF_MANAGED') return selfManagedRoles(set);
    return {
      AdministrationRoleARN: administratorArn(set.accountId),
      ExecutionRoleName: accessOf(this.world, set.accountId).executionRoleName,
    };
  }

  /** Service-managed sets need trusted access that was activated for StackSets, not for Organizations alone. */
  isActivated(managementAccountId: string): boolean {
    const organization = this.structure.organizationOf(managementAccountId);
    return (
      organization !== undefined &&
      this.state.organizations.get(managementAccountId)?.active === true &&
      this.structure.trusts(organization, MEMBER_STACKSETS)
    );
  }

  /** Throws ValidationError when an organization's sets can't be operated. */
  assertOperable(set: Pick<StackSet, 'permissionModel' | 'accountId'>): void {
    if (set.permissionModel === 'SELF_MANAGED') return;
    if (!this.structure.isManagement(set.accountId)) {
      throw invalid(
        'You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set',
      );
    }
    if (!this.isActivated(set.accountId)) {
      throw invalid('You must enable organizations access to operate a service managed stack set');
    }
  }
}

export const nameKey = (accountId: string, region: string, name: string): string =>
  `${accountId}:${region}:${name}`;
