import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeGraph } from '../../state/graph.ts';
import { AwsError } from '../../types.ts';
import type { Container, Organization, OrganizationsState } from './state.ts';
import { deny, MANAGEMENT, MEMBER, OrganizationRig, STRANGER } from './testing.ts';

type Actor = 'management' | 'member' | 'stranger';
interface Step {
  readonly actor: Actor;
  readonly operation: string;
  /** Which of the known ids the inputs name, in turn. */
  readonly picks: readonly number[];
  readonly wait: number;
}

const content = JSON.stringify({ Version: '2012-10-17', Statement: [deny('s3:*')] });
type Pick = (kind?: keyof typeof kinds) => string;
const kinds = {
  account: /^\d{12}$/,
  handshake: /^h-/,
  policy: /^p-/,
  unit: /^ou-/,
  root: /^r-/,
  place: /^(r|ou)-/,
  target: /^(r|ou)-|^\d{12}$/,
  name: /^(ou|p)-/,
};
const inputs: Readonly<Record<string, (pick: Pick) => object>> = {
  AcceptHandshake: (pick) => ({ HandshakeId: pick('handshake') }),
  AttachPolicy: (pick) => ({ PolicyId: pick('policy'), TargetId: pick('target') }),
  CancelHandshake: (pick) => ({ HandshakeId: pick('handshake') }),
  CloseAccount: (pick) => ({ AccountId: pick('account') }),
  CreateAccount: (pick) => ({ AccountName: pick('name'), Email: `${pick()}@corp.example` }),
  CreateOrganization: () => ({ FeatureSet: 'ALL' }),
  CreateOrganizationalUnit: (pick) => ({ ParentId: pick('place'), Name: pick('name') }),
  CreatePolicy: (pick) => ({
    Name: pick('name'),
    Description: '',
    Type: 'SERVICE_CONTROL_POLICY',
    Content: content,
  }),
  DeclineHandshake: (pick) => ({ HandshakeId: pick('handshake') }),
  DeleteOrganization: () => ({}),
  DeleteOrganizationalUnit: (pick) => ({ OrganizationalUnitId: pick('unit') }),
  DeletePolicy: (pick) => ({ PolicyId: pick('policy') }),
  DetachPolicy: (pick) => ({ PolicyId: pick('policy'), TargetId: pick('target') }),
  DisablePolicyType: (pick) => ({ RootId: pick('root'), PolicyType: 'SERVICE_CONTROL_POLICY' }),
  EnableAWSServiceAccess: () => ({ ServicePrincipal: 'sso.amazonaws.com' }),
  EnablePolicyType: (pick) => ({ RootId: pick('root'), PolicyType: 'SERVICE_CONTROL_POLICY' }),
  InviteAccountToOrganization: (pick) => ({ Target: { Type: 'ACCOUNT', Id: pick('account') } }),
  LeaveOrganization: () => ({}),
  MoveAccount: (pick) => ({
    AccountId: pick('account'),
    SourceParentId: pick('place'),
    DestinationParentId: pick('place'),
  }),
  PutResourcePolicy: () => ({ Content: content }),
  RegisterDelegatedAdministrator: (pick) => ({
    AccountId: pick('account'),
    ServicePrincipal: 'sso.amazonaws.com',
  }),
  RemoveAccountFromOrganization: (pick) => ({ AccountId: pick('account') }),
  TagResource: (pick) => ({ ResourceId: pick('target'), Tags: [{ Key: 'k', Value: pick() }] }),
  UpdateOrganizationalUnit: (pick) => ({ OrganizationalUnitId: pick('unit'), Name: pick('name') }),
};

const often = ['CreateOrganizationalUnit', 'MoveAccount', 'AttachPolicy', 'InviteAccountToOrganization'];

const steps = fc.array(
  fc.record<Step>({
    actor: fc.constantFrom('management', 'management', 'management', 'member', 'stranger'),
    operation: fc.constantFrom(...Object.keys(inputs), ...often),
    picks: fc.array(fc.nat(30), { minLength: 3, maxLength: 3 }),
    wait: fc.constantFrom(0, 0, 0, 2_000, 5 * 86_400_000),
  }),
  { minLength: 30, maxLength: 80 },
);

const stateOf = (rig: OrganizationRig): OrganizationsState => {
  rig.cloud.tick(rig.now);
  return (rig.cloud.save() as { own: Map<string, OrganizationsState> }).own.get(
    'organizations',
  ) as OrganizationsState;
};
const textOf = (state: OrganizationsState): string => [...writeGraph(state)].join('\n');

/** Everything that has an id, and ids that nobody has. */
const idsOf = (state: OrganizationsState): string[] => [
  MEMBER,
  STRANGER,
  ...[...state.organizations.values()].flatMap(({ root, units, policies, members }) => [
    root.id,
    ...units.keys(),
    ...policies.keys(),
    ...members.keys(),
  ]),
  ...state.handshakes.keys(),
  'r-none',
  'ou-none-12345678',
  '__proto__',
];

function checkOrganization(organization: Organization, state: OrganizationsState): void {
  const seen = new Set<Container>();
  const placed: string[] = [];
  const walk = (container: Container, depth: number): void => {
    expect(seen.has(container)).toBe(false);
    expect(depth).toBeLessThanOrEqual(5);
    seen.add(container);
    for (const account of container.accounts) {
      expect(account.parent).toBe(container);
      placed.push(account.id);
    }
    const names = [...container.units].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const unit of container.units) {
      expect(unit.parent).toBe(container);
      walk(unit, depth + 1);
    }
  };
  walk(organization.root, 0);
  expect(seen.size).toBe(organization.units.size + 1);
  expect(placed.sort()).toEqual([...organization.members.keys()].sort());
  expect(organization.members.has(organization.managementAccountId)).toBe(true);
  const scps = organization.enabledTypes.has('SERVICE_CONTROL_POLICY');
  for (const target of [...seen, ...organization.members.values()]) {
    for (const policy of target.attached) {
      expect(organization.policies.get(policy.id)).toBe(policy);
      expect(policy.targets.has(target)).toBe(true);
    }
    expect(target.attached.size > 0).toBe(scps);
  }
  for (const policy of organization.policies.values())
    for (const target of policy.targets) expect(target.attached.has(policy)).toBe(true);
  for (const accounts of organization.delegated.values())
    for (const id of accounts.keys()) expect(organization.members.has(id)).toBe(true);
  for (const member of organization.members.values()) expect(state.members.get(member.id)).toBe(member);
}

describe('whatever is called, by whomever', () => {
  it('the tree stays a tree, refusals change nothing, and outsiders change nothing of the organization', () => {
    let accepted = 0;
    fc.assert(
      fc.property(steps, (all) => {
        const rig = new OrganizationRig();
        for (const { actor, operation, picks, wait } of all) {
          rig.now += wait;
          const state = stateOf(rig);
          const ids = idsOf(state);
          const before = textOf(state);
          const own = state.organizations.get(rig.organizationId);
          const tree = own && [own.root.units.size, own.policies.size, own.enabledTypes.size].join();
          const rest = [...picks];
          const pick: Pick = (kind) => {
            const number = rest.shift() ?? 0;
            // Mostly of the kind that is asked for, now and then anything else.
            const fit = kind === undefined || number > 25 ? ids : ids.filter((id) => kinds[kind].test(id));
            return fit[number % fit.length] ?? 'nobody';
          };
          const input = inputs[operation]?.(pick) ?? {};
          try {
            rig.call(rig[actor], 'organizations', operation, input);
            accepted++;
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            expect(textOf(stateOf(rig))).toBe(before);
          }
          const after = stateOf(rig);
          for (const organization of after.organizations.values()) checkOrganization(organization, after);
          const members = [...after.organizations.values()].reduce((sum, { members: m }) => sum + m.size, 0);
          expect(after.members.size).toBe(members);
          if (actor === 'management' || own === undefined || own.managementAccountId !== MANAGEMENT) continue;
          expect([own.root.units.size, own.policies.size, own.enabledTypes.size].join()).toBe(tree);
        }
      }),
      { numRuns: 60 },
    );
    // Not all of it was refused: the property has seen changes.
    expect(accepted).toBeGreaterThan(300);
  });
});
