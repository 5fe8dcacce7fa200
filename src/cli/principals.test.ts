import { describe, expect, it } from 'vitest';
import { principalFrom } from './principals.ts';

describe('principalFrom', () => {
  it.each([
    ['anonymous', { type: 'anonymous' }],
    ['ec2.amazonaws.com', { type: 'service', service: 'ec2.amazonaws.com' }],
    ['arn:aws-cn:iam::123456789012:root', { type: 'root', accountId: '123456789012', partition: 'aws-cn' }],
    ['arn:aws:iam::123456789012:user/a/b', { type: 'user', arn: 'arn:aws:iam::123456789012:user/a/b' }],
    ['accounts.google.com', { type: 'federated', provider: 'accounts.google.com' }],
    ['cognito-identity.amazonaws.com', { type: 'federated' }],
    ['arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com', { type: 'federated' }],
    [
      'arn:aws:sts::123456789012:assumed-role/R/s',
      { type: 'role-session', roleArn: 'arn:aws:iam::123456789012:role/R', sessionName: 's' },
    ],
  ])('%s', (text, expected) => expect(principalFrom(text)).toMatchObject(expected));

  it('learns path, ids and service-linked roles from a directory', () => {
    const arn = 'arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/R';
    const principal = principalFrom('arn:aws:sts::123456789012:assumed-role/R/s', {
      role: () => ({ arn, id: 'AROAEXAMPLE' }),
    });
    expect(principal).toMatchObject({ roleArn: arn, roleId: 'AROAEXAMPLE', serviceLinked: true });
  });

  it.each([
    '',
    'arn:aws:iam::1:user/x',
    'arn:aws:iam::123456789012:user/',
    'arn:aws:iam::123456789012:group/g',
    'arn:aws:iam::123456789012:role/r',
    'arn:aws:sts::123456789012:assumed-role/r',
    'arn:aws:sts::123456789012:assumed-role/r/',
    'arn:aws:sts::123456789012:assumed-role/a/b/c',
    'arn:aws:iam::123456789012:user/*',
    '123456789012',
  ])('refuses %j', (text) => expect(() => principalFrom(text)).toThrow(/--principal/));
});
