import { expect, it } from 'vitest';
import { allow } from '../testing.ts';
import { bodyOf, role, StackRig } from './testing.ts';

const nowhere = 'arn:aws:iam::aws:policy/NoSuchPolicy';
const all = { Capabilities: ['CAPABILITY_NAMED_IAM'] };
const described = (Description: string, more: object = {}) => ({
  Resources: { A: role({ RoleName: 'a', Description }), ...more },
});
const broken = { X: role({ ManagedPolicyArns: [nowhere] }, { DependsOn: 'A' }) };

const description = (rig: StackRig): string =>
  rig.iam<{ Role: { Description: string } }>(rig.root, 'GetRole', { RoleName: 'a' }).Role.Description;

/** A service role whose right to change roles can be taken and given back. */
function deployer(rig: StackRig): { RoleARN: string; forbid(...actions: string[]): void } {
  const Principal = { Service: 'cloudformation.amazonaws.com' };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }];
  const { Role } = rig.iam<{ Role: { Arn: string } }>(rig.root, 'CreateRole', {
    RoleName: 'deployer',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
  const forbid = (...actions: string[]): void => {
    const allowed = allow('iam:*');
    const denied = { Effect: 'Deny', Action: actions, Resource: '*' };
    rig.iam(rig.root, 'PutRolePolicy', {
      RoleName: 'deployer',
      PolicyName: 'own',
      PolicyDocument: JSON.stringify({
        ...allowed,
        Statement: [...allowed.Statement, ...(actions.length > 0 ? [denied] : [])],
      }),
    });
  };
  forbid();
  return { RoleARN: Role.Arn, forbid };
}

it('a rollback that is continued does what the first try could not', () => {
  const rig = new StackRig();
  const { RoleARN, forbid } = deployer(rig);
  rig.create('one', described('1'), { RoleARN });
  // Neither the update nor its rollback may change the role.
  forbid('iam:UpdateRole', 'iam:UpdateRoleDescription');
  rig.cfn('UpdateStack', { StackName: 'one', TemplateBody: bodyOf(described('2')), ...all });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  // Somebody else does what the update could not: there is something to undo.
  rig.iam(rig.root, 'UpdateRole', { RoleName: 'a', Description: '2' });
  rig.cfn('ContinueUpdateRollback', { StackName: 'one' });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  forbid();
  rig.cfn('ContinueUpdateRollback', { StackName: 'one' });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(description(rig)).toBe('1');
});

it('an update that failed and was left as it is is done again, though its template is the same', () => {
  const rig = new StackRig();
  const { RoleARN, forbid } = deployer(rig);
  rig.create('one', described('1'), { RoleARN });
  forbid('iam:UpdateRole');
  expect(rig.update('one', described('2'), { DisableRollback: true })).toBe('UPDATE_FAILED');
  expect(description(rig)).toBe('1');
  forbid();
  expect(rig.update('one', described('2'))).toBe('UPDATE_COMPLETE');
  expect(description(rig)).toBe('2');
});

it('a resource whose change failed half-way is deleted with all that either version gave it', () => {
  const rig = new StackRig();
  const { RoleARN, forbid } = deployer(rig);
  const attached = (name: string) => ({
    Resources: { A: role({ RoleName: 'a', ManagedPolicyArns: [`arn:aws:iam::aws:policy/${name}`] }) },
  });
  rig.create('one', attached('ReadOnlyAccess'), { RoleARN });
  forbid('iam:DetachRolePolicy');
  expect(rig.update('one', attached('SecurityAudit'), { DisableRollback: true })).toBe('UPDATE_FAILED');
  forbid();
  expect(rig.remove('one')).toBe('DELETE_COMPLETE');
  expect(rig.roles()).toEqual(['deployer']);
});

it('a rollback goes back to the last stable version, past updates that were left as they failed', () => {
  const rig = new StackRig();
  rig.create('one', described('1'));
  expect(rig.update('one', described('2', broken), { DisableRollback: true })).toBe('UPDATE_FAILED');
  expect(rig.update('one', described('3', broken))).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(description(rig)).toBe('1');
  expect(rig.roles()).toEqual(['a']);
  expect(rig.cfn('GetTemplate', { StackName: 'one' })).toMatchObject({
    TemplateBody: bodyOf(described('1')),
  });
});

it('what a failed update replaced is deleted by the update that succeeds', () => {
  const rig = new StackRig();
  const named = (RoleName: string, more: object = {}) => ({ Resources: { A: role({ RoleName }), ...more } });
  rig.create('one', named('a'));
  expect(rig.update('one', named('b', broken), { DisableRollback: true })).toBe('UPDATE_FAILED');
  expect(rig.roles()).toContain('a');
  expect(rig.update('one', named('b'))).toBe('UPDATE_COMPLETE');
  expect(rig.roles()).toEqual(['b']);
});

it('what a failed update replaced goes with its stack', () => {
  const rig = new StackRig();
  rig.create('one', { Resources: { A: role({ RoleName: 'a' }) } });
  const Resources = { A: role({ RoleName: 'b' }), ...broken };
  expect(rig.update('one', { Resources }, { DisableRollback: true })).toBe('UPDATE_FAILED');
  expect(rig.remove('one')).toBe('DELETE_COMPLETE');
  expect(rig.roles()).toEqual([]);
});

it('RollbackStack goes back from a failed update, and deletes what was never complete', () => {
  const rig = new StackRig();
  rig.create('one', described('1'));
  expect(rig.refused('RollbackStack', { StackName: 'one' })).toContain('is in CREATE_COMPLETE state');
  rig.update('one', described('2', broken), { DisableRollback: true });
  const bystander = rig.user(rig.root, 'bystander', allow(['cloudformation:Describe*', 'iam:*']));
  expect(rig.refused('RollbackStack', { StackName: 'one' }, bystander)).toContain(
    'cloudformation:RollbackStack',
  );
  rig.cfn('RollbackStack', { StackName: 'one' });
  expect(rig.stack('one').StackStatus).toBe('UPDATE_ROLLBACK_IN_PROGRESS');
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(description(rig)).toBe('1');
  expect(rig.update('one', described('2'))).toBe('UPDATE_COMPLETE');

  expect(rig.create('two', { Resources: { A: role(), ...broken } }, { DisableRollback: true })).toBe(
    'CREATE_FAILED',
  );
  const { StackId } = rig.stack('two');
  rig.cfn('RollbackStack', { StackName: 'two' });
  rig.settle();
  expect(rig.stack(StackId).StackStatus).toBe('DELETE_COMPLETE');
  expect(rig.roles()).toEqual(['a']);
});

it('a rollback is not continued with a role that CloudFormation cannot assume', () => {
  const rig = new StackRig();
  rig.create('one', described('1'));
  rig.cfn('UpdateStack', { StackName: 'one', TemplateBody: bodyOf(described('2')), ...all });
  rig.iam(rig.root, 'DeleteRole', { RoleName: 'a' });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  const RoleARN = 'arn:aws:iam::111111111111:role/nobody';
  expect(rig.refused('ContinueUpdateRollback', { StackName: 'one', RoleARN })).toContain(
    'is invalid or cannot be assumed',
  );
  // The role is still gone: to say that it is restored would be a lie.
  rig.cfn('ContinueUpdateRollback', { StackName: 'one' });
  rig.settle();
  expect(rig.stack('one').StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
});
