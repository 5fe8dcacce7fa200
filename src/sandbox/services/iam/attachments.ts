import type * as iam from '@aws-sdk/client-iam';
import type { Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { page } from '../page.ts';
import type { World } from '../world.ts';
import type { Ask } from './ask.ts';
import { assertModifiable, findAttachable, limitExceeded, noSuchEntity } from './find.ts';
import { type Holder, type HolderInput, holders } from './holders.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; raisable on AWS. */
const ATTACHED_POLICIES = 10;

interface AttachInput extends HolderInput {
  readonly PolicyArn: string;
}

/** Attach, Detach and List for users, roles and groups: nine operations. */
export const attachmentOperations = (world: World, ask: Ask): readonly Operation[] =>
  holders.flatMap((holder) => attachOperations(world, ask, holder));

function attachOperations({ store }: World, ask: Ask, holder: Holder): readonly Operation[] {
  const { word } = holder;
  return [
    operation<AttachInput, object>({
      name: `Attach${word}Policy`,
      readOnly: false,
      authorize: (input, call) =>
        holder.askToChange(ask, `Attach${word}Policy`, call, input, { 'iam:PolicyARN': input.PolicyArn }),
      handle: (input, call) => {
        const owner = holder.find(store, call, input);
        assertModifiable(owner);
        const policy = findAttachable(store, call, input.PolicyArn);
        if (!owner.attached.has(policy) && owner.attached.size >= ATTACHED_POLICIES) {
          throw limitExceeded(`Cannot exceed quota for PoliciesPer${word}: ${ATTACHED_POLICIES}`);
        }
        owner.attached.add(policy);
        policy.attachedTo.add(owner);
        return {};
      },
    }),
    operation<AttachInput, object>({
      name: `Detach${word}Policy`,
      readOnly: false,
      authorize: (input, call) =>
        holder.askToChange(ask, `Detach${word}Policy`, call, input, { 'iam:PolicyARN': input.PolicyArn }),
      handle: (input, call) => {
        const owner = holder.find(store, call, input);
        assertModifiable(owner);
        const policy = [...owner.attached].find(({ arn }) => arn === input.PolicyArn);
        if (policy === undefined) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
        owner.attached.delete(policy);
        policy.attachedTo.delete(owner);
        return {};
      },
    }),
    operation<HolderInput & { readonly PathPrefix?: string }, iam.ListAttachedRolePoliciesResponse>({
      name: `ListAttached${word}Policies`,
      readOnly: true,
      authorize: (input, call) => holder.ask(ask, `ListAttached${word}Policies`, call, input),
      handle: (input, call) => {
        const attached = [...holder.find(store, call, input).attached];
        const { items, rest } = page(
          attached.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/')),
          input,
        );
        return {
          AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
          ...rest,
        };
      },
    }),
  ];
}
