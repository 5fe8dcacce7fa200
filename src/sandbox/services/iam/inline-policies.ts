import { policySize } from '../../../policy/index.ts';
import { storedPolicy } from '../../state/stored-policy.ts';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { type Page, page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { assertModifiable, limitExceeded, noSuchEntity } from './find.ts';
import { type Holder, type HolderInput, holders } from './holders.ts';
import { encodeDocument } from './shapes.ts';

interface PolicyInput extends HolderInput {
  readonly PolicyName: string;
}

/** Put, Get, List and Delete for the inline policies of users, roles and groups: twelve operations. */
export const inlinePolicyOperations = (world: World, ask: Ask): readonly Operation[] =>
  holders.flatMap((holder) => inlineOperations(world, ask, holder));

function inlineOperations({ store }: World, ask: Ask, holder: Holder): readonly Operation[] {
  const { word } = holder;
  const list = `List${word}Policies`;
  const missing = (name: string) =>
    noSuchEntity(`The ${word.toLowerCase()} policy with name ${name} cannot be found.`);
  return [
    operation<PolicyInput & { readonly PolicyDocument: string }, object>({
      name: `Put${word}Policy`,
      readOnly: false,
      authorize: (input, call) => holder.askToChange(ask, `Put${word}Policy`, call, input),
      handle: (input, call) => {
        const holding = holder.find(store, call, input);
        assertModifiable(holding);
        const { inline, name: owner } = holding;
        const { PolicyName: name, PolicyDocument: text } = input;
        const policy = storedPolicy(text, 'identity');
        let size = policySize(text);
        for (const other of inline) {
          if (other.name.toLowerCase() !== name.toLowerCase()) size += policySize(other.policy.text);
        }
        if (size > holder.inlineQuota) {
          throw limitExceeded(
            `Maximum policy size of ${holder.inlineQuota} bytes exceeded for ${word.toLowerCase()} ${owner}`,
          );
        }
        inline.set(name, { name, policy });
        return {};
      },
    }),
    operation<PolicyInput, object>({
      name: `Get${word}Policy`,
      readOnly: true,
      authorize: (input, call) => holder.ask(ask, `Get${word}Policy`, call, input),
      handle: (input, call) => {
        const owner = holder.find(store, call, input);
        const found = owner.inline.get(input.PolicyName);
        if (found === undefined) throw missing(input.PolicyName);
        return {
          [`${word}Name`]: owner.name,
          PolicyName: found.name,
          PolicyDocument: encodeDocument(found.policy.text),
        };
      },
    }),
    operation<HolderInput, { PolicyNames: string[] } & Page>({
      name: list,
      readOnly: true,
      authorize: (input, call) => holder.ask(ask, list, call, input),
      handle: (input, call) => {
        const { items, rest } = page([...holder.find(store, call, input).inline], input);
        return { PolicyNames: items.map(({ name }) => name), ...rest };
      },
    }),
    operation<PolicyInput, object>({
      name: `Delete${word}Policy`,
      readOnly: false,
      authorize: (input, call) => holder.askToChange(ask, `Delete${word}Policy`, call, input),
      handle: (input, call) => {
        const holding = holder.find(store, call, input);
        assertModifiable(holding);
        const { inline } = holding;
        if (!inline.has(input.PolicyName)) throw missing(input.PolicyName);
        inline.delete(input.PolicyName);
        return {};
      },
    }),
  ];
}
