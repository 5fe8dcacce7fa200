import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicy, policySize, printPolicy, printPolicyJson } from './index.ts';
import { policyJson } from './testing.ts';
import type { PolicyDocument } from './types.ts';

const kinds = ['identity', 'inline-role', 'trust', 'resource', 'scp', 'vpc-endpoint', 'session'] as const;
const anyPolicy = fc.constantFrom(...kinds).chain((kind) => policyJson(kind).map((json) => ({ kind, json })));

function parsed(text: string, kind?: (typeof kinds)[number]): PolicyDocument {
  const result = parsePolicy(text, kind === undefined ? {} : { kind });
  if (!result.ok) throw new Error(`${text}\n${JSON.stringify(result.diagnostics)}`);
  return result.value;
}

/** A document without its places. */
const bare = (document: PolicyDocument): unknown =>
  JSON.parse(
    JSON.stringify({ ...document, text: '' }, (key, value) => (/span$/i.test(key) ? undefined : value)),
  );

describe('printPolicy', () => {
  it('prints what parses back to the same document', () => {
    fc.assert(
      fc.property(anyPolicy, fc.constantFrom(0, 2, '\t'), ({ json }, indent) => {
        const document = parsed(JSON.stringify(json, null, indent));
        const text = printPolicy(document);
        expect(bare(parsed(text))).toEqual(bare(document));
        expect(printPolicy(parsed(text))).toBe(text);
      }),
    );
  });

  it('prints a built document as it prints the parsed one', () => {
    fc.assert(
      fc.property(anyPolicy, ({ json, kind }) => {
        const text = printPolicyJson(json);
        expect(printPolicy(parsed(text))).toBe(text);
        // The generator's promise, on which the engine's tests rest (the API's character range aside).
        const result = parsePolicy(text, { kind });
        expect(
          result.diagnostics.filter((d) => d.severity === 'error' && d.code !== 'document-character'),
        ).toEqual([]);
      }),
    );
  });

  it('prints in the order and layout of AWS documents', () => {
    const text =
      '{"Statement":{"Condition":{"Bool":{"aws:MultiFactorAuthPresent":["true"]}},"Action":["sts:AssumeRole"],' +
      '"Principal":{"AWS":["arn:aws:iam::489157521585:user/security-admin"]},"Effect":"Allow","Sid":"Enter"},"Version":"2012-10-17"}';
    expect(printPolicy(parsed(text))).toMatchInlineSnapshot(`
      "{
        "Version": "2012-10-17",
        "Statement": [
          {
            "Sid": "Enter",
            "Effect": "Allow",
            "Principal": {
              "AWS": "arn:aws:iam::489157521585:user/security-admin"
            },
            "Action": "sts:AssumeRole",
            "Condition": {
              "Bool": {
                "aws:MultiFactorAuthPresent": "true"
              }
            }
          }
        ]
      }
      "
    `);
  });
});

describe('policySize', () => {
  it('is the length without white space between the parts', () => {
    fc.assert(
      fc.property(anyPolicy, fc.constantFrom(0, 2, '\t'), ({ json }, indent) => {
        expect(policySize(JSON.stringify(json, null, indent))).toBe(JSON.stringify(json).length);
      }),
    );
  });

  it('counts white space inside of strings, and escaped quotes do not end one', () => {
    expect(policySize('{ "a b" : "c \\" d" }')).toBe('{"a b":"c \\" d"}'.length);
    expect(policySize('"\\')).toBe(2);
  });
});
