import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGraph, writeGraph } from './graph.ts';
import { NameMap } from './names.ts';
import { storedPolicy } from './stored-policy.ts';

const copy = <T extends object>(state: T): T => readGraph([...writeGraph(state)]) as T;

const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined, '__proto__', 'constructor'),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.uint8Array({ minLength: 1_100, maxLength: 1_300 }),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value'), { noNullPrototype: true }),
    fc.array(fc.tuple(fc.string(), tie('value'))).map((entries) => new Map(entries)),
    fc.array(fc.oneof(fc.string(), fc.integer())).map((items) => new Set(items)),
  ),
})).value;

describe('state as text', () => {
  it('comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const root = { value };
        expect(JSON.stringify([...writeGraph(copy(root))])).toBe(JSON.stringify([...writeGraph(root)]));
        expect(copy(root)).toEqual(root);
      }),
    );
  });

  it('keeps what is shared shared, in cycles too', () => {
    const user: { groups: Set<object>; self?: object } = { groups: new Set() };
    const group = { members: new Set([user]) };
    user.groups.add(group);
    user.self = user;
    const read = copy({ users: new Map([['a', user]]), group });
    const [member] = read.group.members;
    expect(member).toBe(read.users.get('a'));
    expect(member?.self).toBe(member);
    expect([...(member?.groups ?? [])][0]).toBe(read.group);
  });

  it('keeps names without case, and policies as text that is parsed when it is read', () => {
    const names = new NameMap<object>();
    const text = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}';
    names.set('Admin', storedPolicy(text, 'identity'));
    const read = copy({ names }).names.get('ADMIN') as ReturnType<typeof storedPolicy>;
    expect(read.text).toBe(text);
    expect(read.document.statements[0]?.effect).toBe('Deny');
  });

  it('refuses what would not come back, by name', () => {
    expect(() => [...writeGraph({ run: () => 1 })]).toThrow("state can't hold a function (run)");
    expect(() => [...writeGraph({ url: new URL('http://a') })]).toThrow("state can't hold a URL");
  });

  it('refuses text that is no state', () => {
    expect(() => readGraph(['[["o",{"a":[7]}]]'])).toThrow('node 7 is missing');
    expect(() => readGraph(['[["x"]]'])).toThrow('unknown node');
    expect(() => readGraph(['[["o"'])).toThrow(SyntaxError);
  });
});
