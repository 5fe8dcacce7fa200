import { beforeAll, expect, test } from 'vitest';
import { loadModel, type ServiceModel, serviceInfo } from '../model.ts';
import { validate } from '../validate.ts';
import { sts } from './sts.ts';

let model: ServiceModel;

beforeAll(async () => {
  const info = serviceInfo('sts');
  if (info === undefined) throw new Error('no STS');
  model = await loadModel(info);
});

const role = { RoleArn: 'arn:aws:iam::489157521585:role/Auditor', RoleSessionName: 'audit' };
const check = (more: object) => () => {
  const operation = model.operation('AssumeRole');
  if (operation === undefined) throw new Error('no AssumeRole');
  validate(operation, { ...role, ...more }, sts, 'query');
};
const arns = (n: number) => ({
  PolicyArns: Array.from({ length: n }, () => ({ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })),
});

test.each([
  ['eleven policy ARNs', arns(10), arns(11)],
  ['an ExternalId of one character', { ExternalId: 'xx' }, { ExternalId: 'x' }],
  ['an ExternalId with white space', { ExternalId: 'a:b/c-d@e=f,g.h+i' }, { ExternalId: 'a b' }],
  ['an ExternalId with a wildcard', { ExternalId: 'a'.repeat(1_224) }, { ExternalId: 'ab*' }],
  ['an ExternalId that is too long', { ExternalId: 'a'.repeat(1_224) }, { ExternalId: 'a'.repeat(1_225) }],
  ['a session name with a line break', { RoleSessionName: 'a@b.c' }, { RoleSessionName: 'audit\n' }],
  ['a session name with a letter beyond ASCII', { RoleSessionName: 'a_b' }, { RoleSessionName: 'ädmin' }],
  ['a session name with a slash', { RoleSessionName: 'a'.repeat(64) }, { RoleSessionName: 'a/b' }],
  ['a source identity of AWS', { SourceIdentity: 'aws' }, { SourceIdentity: 'aws:alice' }],
  ['a code with other digits', { TokenCode: '123456' }, { TokenCode: '１２３４５６' }],
  ['fewer than 900 seconds', { DurationSeconds: 900 }, { DurationSeconds: 899 }],
  ['more than twelve hours', { DurationSeconds: 43_200 }, { DurationSeconds: 43_201 }],
])('AssumeRole refuses %s', (_what, accepted, refused) => {
  expect(check(accepted)).not.toThrow();
  expect(check(refused)).toThrow(/^1 validation error detected: /);
});
