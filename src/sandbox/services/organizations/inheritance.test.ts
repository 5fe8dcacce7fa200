import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectivePolicy, type Json } from './inheritance.ts';

type Policy = { readonly [key: string]: Json };
const control = '@@operators_allowed_for_child_policies';
const assign = (value: Json, allowed?: readonly string[]) => ({
  '@@assign': value,
  ...(allowed && { [control]: allowed }),
});
const append = (...values: string[]) => ({ '@@append': values });
const remove = (...values: string[]) => ({ '@@remove': values });
const center = (more: Policy): Policy => ({
  tags: { costcenter: { tag_key: assign('CostCenter'), ...more } },
});
const settings = (value: Json | undefined) =>
  (value as { tags?: { [key: string]: Json } } | undefined)?.tags?.['costcenter'];

/** orgs_manage_policies_inheritance_mgmt.html, "Policy inheritance examples" */
describe('the examples of the user guide', () => {
  const a = center({ tag_value: assign(['Development', 'Support']) });
  const enforced = ['redshift:*', 'dynamodb:table'];

  it('1: a child overwrites values and adds settings', () => {
    const b = center({ tag_value: assign(['Sandbox']), enforced_for: assign(enforced) });
    expect(effectivePolicy([[a], [b], []])).toEqual({
      tags: { costcenter: { tag_key: 'CostCenter', tag_value: ['Sandbox'], enforced_for: enforced } },
    });
  });

  it('2 and 3: a child appends to what is inherited, another removes from it', () => {
    const c = center({ tag_value: append('Marketing'), enforced_for: append(...enforced) });
    expect(settings(effectivePolicy([[a], [c], []]))).toEqual({
      tag_key: 'CostCenter',
      tag_value: ['Development', 'Support', 'Marketing'],
      enforced_for: enforced,
    });
    const d = center({
      tag_value: remove('Development', 'Marketing'),
      enforced_for: remove(...enforced),
    });
    expect(settings(effectivePolicy([[a], [c], [d]]))).toEqual({
      tag_key: 'CostCenter',
      tag_value: ['Support'],
    });
  });

  it('4: a parent that allows nothing, or appending only, is obeyed', () => {
    const e = {
      tags: {
        project: {
          tag_key: assign('Project', ['@@none']),
          tag_value: assign(['Maintenance', 'Escalations'], ['@@append']),
        },
      },
    };
    const f = {
      tags: { project: { tag_key: assign('PROJECT'), tag_value: append('Escalations - research') } },
    };
    expect(effectivePolicy([[e], [f]])).toEqual({
      tags: {
        project: {
          tag_key: 'Project',
          tag_value: ['Maintenance', 'Escalations', 'Escalations - research'],
        },
      },
    });
    const g = { tags: { project: { tag_value: assign(['Other']) } } };
    expect(effectivePolicy([[e], [g]])).toEqual(effectivePolicy([[e]]));
  });

  it('5: of two controls at one level the intersection counts, and no child takes them back', () => {
    const value = (tag_value: Policy) => ({ tags: { project: { tag_value } } });
    const g = value(assign(['Maintenance'], ['@@append']));
    const h = value({ [control]: ['@@append', '@@remove'] });
    const shown = (...below: Policy[][]) => effectivePolicy([[g, h], ...below]);
    expect(shown([value(remove('Maintenance'))])).toEqual(shown());
    expect(shown([value(append('Support'))])).toEqual({
      tags: { project: { tag_value: ['Maintenance', 'Support'] } },
    });
    expect(shown([value({ [control]: ['@@all'] })], [value(assign(['Mine']))])).toEqual(shown());
  });

  it('6: of two values at one level the policy that was attached first has its way', () => {
    const j = { tags: { project: { tag_key: assign('PROJECT'), tag_value: append('Maintenance') } } };
    const k = { tags: { project: { tag_key: assign('project') } } };
    const shown = (key: string) => ({ tags: { project: { tag_key: key, tag_value: ['Maintenance'] } } });
    expect(effectivePolicy([[j, k]])).toEqual(shown('PROJECT'));
    expect(effectivePolicy([[k, j]])).toEqual(shown('project'));
    expect(effectivePolicy([[j], [k]])).toEqual(shown('project'));
  });
});

/** orgs_manage_policies_ai-opt-out_syntax.html, examples 1 and 2 */
describe('controls of sections', () => {
  const none = { [control]: ['@@none'] };
  const optOut = { opt_out_policy: assign('optOut', ['@@none']) };
  const lex = { services: { lex: { opt_out_policy: assign('optIn') } } };

  it('keep children from adding sections', () => {
    const root = { services: { ...none, default: { ...none, ...optOut } } };
    const more = { services: { default: { opt_out_policy: assign('optIn'), other: assign('x') } } };
    const shown = { services: { default: { opt_out_policy: 'optOut' } } };
    for (const child of [lex, more]) expect(effectivePolicy([[root], [child]])).toEqual(shown);
  });

  it('keep them from nothing beside', () => {
    const root = { services: { default: { ...none, ...optOut } } };
    expect(effectivePolicy([[root], [], [lex]])).toEqual({
      services: { default: { opt_out_policy: 'optOut' }, lex: { opt_out_policy: 'optIn' } },
    });
  });

  it('do not bind the policies of their own level', () => {
    const root = { services: { ...none, default: optOut } };
    expect(effectivePolicy([[root, lex]])).toMatchObject({ services: { lex: { opt_out_policy: 'optIn' } } });
  });
});

describe('any policies', () => {
  const name = fc.constantFrom('a', 'b', '__proto__');
  const words = fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 });
  const setting = fc
    .record(
      {
        '@@assign': fc.oneof(words, fc.constant('w')),
        '@@append': words,
        '@@remove': words,
        [control]: fc.subarray(['@@assign', '@@append', '@@remove', '@@none', '@@all']),
      },
      { requiredKeys: [] },
    )
    .map((value): Policy => value as Policy);
  const entries = <T>(of: fc.Arbitrary<T>) =>
    fc.array(fc.tuple(name, of), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs));
  const policy = entries(entries(setting)) as fc.Arbitrary<Policy>;
  const levels = fc.array(fc.array(policy, { maxLength: 2 }), { maxLength: 3 });

  it('leave alone what the root has locked', () => {
    const locked = { a: { [control]: ['@@none'], a: assign('w', ['@@none']) } };
    fc.assert(
      fc.property(levels, (below) => {
        expect(effectivePolicy([[locked], ...below])).toMatchObject({ a: { a: 'w' } });
        expect(Object.keys(effectivePolicy([[locked], ...below])?.['a'] ?? {})).toEqual(['a']);
      }),
    );
  });

  it('give a document without operators and empty sections, to which empty levels and policies add nothing', () => {
    fc.assert(
      fc.property(levels, (given) => {
        const shown = effectivePolicy(given);
        expect(JSON.stringify(shown) ?? '').not.toMatch(/@@|\{\}|\[\]/);
        expect(effectivePolicy(given.flatMap((level) => [[], level, [{}]]))).toEqual(shown);
      }),
    );
  });
});
