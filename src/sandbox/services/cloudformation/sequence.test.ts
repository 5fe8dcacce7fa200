import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AwsError } from '../../types.ts';
import { bodyOf, role, StackRig } from './testing.ts';

const names = ['A', 'B', 'C', 'D'];

/** What a template says of one role. */
interface Wish {
  readonly named: boolean;
  readonly description: string;
  readonly readOnly: boolean;
  /** A policy that doesn't exist: the resource fails. */
  readonly broken: boolean;
  readonly inline: boolean;
}

const wish: fc.Arbitrary<Wish> = fc.record({
  named: fc.boolean(),
  description: fc.constantFrom('x', 'y'),
  readOnly: fc.boolean(),
  broken: fc.constantFrom(false, false, false, true),
  inline: fc.boolean(),
});
const version = fc.dictionary(fc.constantFrom(...names), wish, { minKeys: 1 });
type Version = Readonly<Record<string, Wish>>;

const Statement = [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }];
const resource = (id: string, { named, description, readOnly, broken, inline }: Wish) =>
  role({
    ...(named && { RoleName: `named-${id}` }),
    Description: description,
    ManagedPolicyArns: [
      ...(readOnly ? ['arn:aws:iam::aws:policy/ReadOnlyAccess'] : []),
      ...(broken ? ['arn:aws:iam::aws:policy/NoSuchPolicy'] : []),
    ],
    ...(inline && {
      Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement } }],
    }),
  });
const templateOf = (of: Version) => ({
  Resources: Object.fromEntries(Object.entries(of).map(([id, one]) => [id, resource(id, one)])),
});

/** The roles as IAM has them, each by what a template could say of it. */
function roles(rig: StackRig): string[] {
  return rig.roles().map((RoleName) => {
    const { Role } = rig.iam<{ Role: { Description: string } }>(rig.root, 'GetRole', { RoleName });
    const attached = rig.iam<{ AttachedPolicies: unknown[] }>(rig.root, 'ListAttachedRolePolicies', {
      RoleName,
    });
    const inline = rig.iam<{ PolicyNames: unknown[] }>(rig.root, 'ListRolePolicies', { RoleName });
    const [, id = ''] = /^(?:named|one)-([A-D])/.exec(RoleName) ?? [];
    const parts = [
      RoleName.startsWith('named'),
      Role.Description,
      attached.AttachedPolicies.length,
      inline.PolicyNames.length,
    ];
    return [id, ...parts].join(' ');
  });
}
const wanted = (of: Version): string[] =>
  Object.entries(of).map(([id, one]) =>
    [id, one.named, one.description, Number(one.readOnly), Number(one.inline)].join(' '),
  );

it('whatever is deployed, the account holds what the version in force says, and nothing after deletion', () => {
  fc.assert(
    fc.property(fc.array(version, { minLength: 1, maxLength: 5 }), (versions) => {
      const rig = new StackRig();
      let inForce: Version = {};
      for (const next of versions) {
        const status = deploy(rig, next, Object.keys(inForce).length > 0);
        const broken = Object.values(next).some((one) => one.broken);
        if (status === 'unchanged') expect(wanted(next).sort()).toEqual(wanted(inForce).sort());
        else expect(status.endsWith('ROLLBACK_COMPLETE')).toBe(broken);
        if (!broken) inForce = next;
        expect(roles(rig).sort()).toEqual(wanted(inForce).sort());
        if (status === 'ROLLBACK_COMPLETE') rig.remove('one');
      }
      if (Object.keys(inForce).length > 0) expect(rig.remove('one')).toBe('DELETE_COMPLETE');
      expect(rig.roles()).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

function deploy(rig: StackRig, next: Version, exists: boolean): string {
  try {
    return exists ? rig.update('one', templateOf(next)) : rig.create('one', bodyOf(templateOf(next)));
  } catch (error) {
    if (error instanceof AwsError && error.message === 'No updates are to be performed.') return 'unchanged';
    throw error;
  }
}
