import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trailRecordForm } from './naming.ts';
import { quote, trailText } from './text.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });

test('a text is quoted as JSON quotes it, lone surrogates and controls included', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string(), fc.constantFrom('\ud800', 'a\n', '"', '\\', '\u2028')), (t) => {
      expect(quote(t)).toBe(JSON.stringify(t));
    }),
  );
});

test("an input is written as CloudTrail's form of it is, whatever it holds", () => {
  const leaf = fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined));
  const member = fc.oneof(leaf, fc.array(leaf), fc.dictionary(text, leaf), fc.date({ noInvalidDate: true }));
  const name = fc.oneof(fc.constantFrom('RoleArn', 'Password', 'SecretAccessKey', 'Tags'), text);
  fc.assert(
    fc.property(fc.dictionary(name, member), (input) => {
      const form = trailRecordForm(input);
      expect(JSON.parse(trailText(input))).toEqual(form === null ? null : JSON.parse(JSON.stringify(form)));
    }),
  );
});

test('nothing is null, and a secret is nothing', () => {
  expect(trailText({})).toBe('null');
  expect(trailText({ Password: 'x', Marker: undefined, Blob: new Uint8Array(3) })).toBe('null');
  expect(trailText({ UserName: 'u', Nested: { TokenCode: '123456', SerialNumber: 's' } })).toBe(
    '{"userName":"u","nested":{"serialNumber":"s"}}',
  );
});

test('a member of any name is in the record', () => {
  const input = JSON.parse('{"Attributes":{"__proto__":"x"}}') as object;
  expect(JSON.stringify(trailRecordForm(input))).toBe('{"attributes":{"__proto__":"x"}}');
  expect(trailText(input)).toBe('{"attributes":{"__proto__":"x"}}');
});
