import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../types.ts';
import { queryStyle, readForm, readParameters } from './form.ts';
import { loadModel, services } from './model.ts';

const outcome = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return { code: error instanceof AwsError && error.code, text: String(error) };
  }
};

const spoken = services.filter(({ protocol, others }) => [protocol, ...(others ?? [])].includes('query'));

test.each(spoken)(
  'property: $name: a form without dots is read as one with an ignored list',
  async (info) => {
    const model = await loadModel(info);
    const texts = fc.constantFrom(
      '',
      'a',
      'é',
      '1',
      '-1.5',
      '1e400',
      'true',
      'False',
      'YQ==',
      '2026-11-23T20:00:00Z',
    );
    for (const name of model.operationNames) {
      const operation = model.operation(name);
      if (operation === undefined) throw new Error(`${name} has no model`);
      const known = operation.input.members.map(queryStyle.name);
      const names = fc.constantFrom(...known, 'Action', 'Version', 'X-Amz-Date', 'Unknown', '__proto__', '');
      fc.assert(
        fc.property(fc.uniqueArray(fc.tuple(names, texts), { selector: ([n]) => n }), (pairs) => {
          const [flat, nested] = [pairs, [...pairs, ['No.Such.member.1', 'a'] as const]].map((all) =>
            outcome(() => readForm(operation, new Map(all), queryStyle)),
          );
          expect(flat).toEqual(nested);
          expect(JSON.stringify(flat)).toBe(JSON.stringify(nested));
        }),
        { numRuns: 20 },
      );
    }
  },
);

/** What a form says, part by part; undefined for one that is refused. */
function plainly(...texts: string[]): [string, string][] | undefined {
  const pairs = texts.flatMap((text) => text.split('&')).filter((part) => part !== '');
  try {
    const read = pairs.map((part): [string, string] => {
      const [name = '', ...value] = part.replaceAll('+', ' ').split('=');
      return [decodeURIComponent(name), decodeURIComponent(value.join('='))];
    });
    return new Set(read.map(([name]) => name)).size === read.length ? read : undefined;
  } catch {
    return undefined;
  }
}

test('property: parameters are those of the query and of the body, each once, and refused where an escape is broken', () => {
  const part = fc.constantFrom(
    'a',
    'b',
    'Tags.member.1',
    '=',
    '&',
    '+',
    '%20',
    '%C3%A9',
    'é',
    '%',
    '%zz',
    '%C3',
    '%26',
  );
  const text = fc.array(fc.oneof({ weight: 6, arbitrary: part }, fc.constant('&')), { maxLength: 12 });
  const form = text.map((parts) => parts.join(''));
  fc.assert(
    fc.property(form, form, (query, body) => {
      const read = outcome(() => [...readParameters(query, body)]);
      expect(read).toEqual(plainly(query, body) ?? expect.objectContaining({ code: 'MalformedQueryString' }));
    }),
    { numRuns: 1_000 },
  );
});
