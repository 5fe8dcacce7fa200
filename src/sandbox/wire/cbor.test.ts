import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadCbor, readCbor } from './cbor-read.ts';
import { writeCbor } from './cbor-write.ts';
import { loadModel, serviceInfo } from './model.ts';

/** What the SDK's own encoder makes. */
const encoded = (value: unknown): Buffer => Buffer.from(cbor.serialize(value));

const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ maxLength: 30 }).filter((key) => key !== '__proto__'),
      tie('any'),
      { maxKeys: 4 },
    ),
  ),
})).any;

describe('CBOR', () => {
  test('of the SDK is read as it was written', () => {
    fc.assert(
      fc.property(value, (item) => {
        expect(JSON.stringify(readCbor(encoded(item)))).toBe(JSON.stringify(item));
      }),
    );
  });

  test.each([
    ['f90001', 2 ** -24],
    ['f93c00', 1],
    ['f9c400', -4],
    ['fb3ff199999999999a', 1.1],
    ['fa47c35000', 100_000],
    ['1b0000000100000000', 2 ** 32],
    ['3903e7', -1000],
    ['c11a514b67b0', 1_363_896_240],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['9f0102ff', [1, 2]],
    ['bf616101ff', { a: 1 }],
    ['f7', null],
  ])('%s is %j (RFC 8949, appendix A)', (hex, expected) => {
    expect(JSON.stringify(readCbor(Buffer.from(hex, 'hex')))).toBe(JSON.stringify(expected));
  });

  test.each([
    '', // nothing
    '0000', // two items
    '9affffffff', // a list of four billion
    'bb7fffffffffffffff', // a map of more
    '5affffffff00', // bytes that aren't there
    'ff', // a break alone
    '81ff', // a break in a list of one
    'a1ff', // … and in a map
    'a10000', // a key that is no text
    '7f4100ff', // bytes in a text
    '1c', // a reserved length
    'f8ff', // an unknown simple value
    '81'.repeat(40), // deep
    'c0'.repeat(100_000), // deeper
  ])('%.20s is refused', (hex) => {
    expect(() => readCbor(Buffer.from(hex, 'hex'))).toThrow(BadCbor);
  });

  test('any bytes are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          readCbor(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(BadCbor);
        }
      }),
    );
  });

  test('`__proto__` is a key like any other', () => {
    const map = readCbor(encoded(Object.fromEntries([['__proto__', { polluted: true }]])));
    expect(Object.getOwnPropertyNames(map)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('answers are read by the SDK', async () => {
    const info = serviceInfo('monitoring');
    if (info === undefined) throw new Error('monitoring');
    const shape = (await loadModel(info)).operation('GetMetricStatistics')?.output;
    const at = new Date('2026-11-23T09:00:00.250Z');
    const answer = {
      Label: 'é'.repeat(300),
      Datapoints: [{ Timestamp: at, Sum: 1.5, Average: -7, Unit: 'None' }],
    };
    const read = cbor.deserialize(writeCbor(shape, answer)) as typeof answer;
    expect(read).toMatchObject({
      Label: answer.Label,
      Datapoints: [
        { Timestamp: { tag: 1, value: at.getTime() / 1000 }, Sum: 1.5, Average: -7, Unit: 'None' },
      ],
    });
  });
});
