import { expect, test } from 'vitest';
import { loadModel, serviceInfo } from '../model.ts';
import { validate } from '../validate.ts';
import { iam } from './iam.ts';

test.each([
  ['string', true],
  ['dateList', true],
  ['String', false],
  ['text', false],
  ['stringListList', false],
])('a context key of type %s: %s', async (ContextKeyType, taken) => {
  const info = serviceInfo('iam');
  const operation = info && (await loadModel(info)).operation('SimulateCustomPolicy');
  if (operation === undefined) throw new Error('no SimulateCustomPolicy');
  const entry = { ContextKeyName: 'aws:username', ContextKeyType, ContextKeyValues: ['a'] };
  const input = { PolicyInputList: ['{}'], ActionNames: ['s3:GetObject'], ContextEntries: [entry] };
  const check = () => validate(operation, input, iam, 'query');
  if (taken) check();
  else expect(check).toThrow("at 'contextEntries.1.member.contextKeyType'");
});
