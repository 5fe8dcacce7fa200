import type { PolicyDocument, PolicyKind } from '../../policy/index.ts';
import { CliError } from '../exit.ts';

const kinds: readonly PolicyKind[] = [
  'identity',
  'inline-user',
  'inline-role',
  'trust',
  'resource',
  'boundary',
  'session',
  'scp',
  'rcp',
  'vpc-endpoint',
];

export const kindList = kinds.join(', ');

export function kindOf(text: string | undefined): PolicyKind | undefined {
  if (text === undefined) return undefined;
  const kind = kinds.find((k) => k === text);
  if (kind === undefined) throw new CliError(`--kind ${text}: not one of ${kindList}`);
  return kind;
}

/**
 * What a document is used as, by its own words: with principals and about entering a role a trust policy, with
 * principals a resource policy, else an identity policy. Boundaries and SCPs look like identity policies.
 */
export function guessKind({ statements }: PolicyDocument): PolicyKind {
  if (!statements.some((s) => s.principal !== undefined || s.notPrincipal !== undefined)) return 'identity';
  const actions = statements.flatMap((s) => s.action ?? []);
  const entering = actions.some(({ value }) => /^sts:AssumeRole/i.test(value));
  const onlySts = actions.length > 0 && actions.every(({ value }) => /^sts:/i.test(value));
  return entering || onlySts ? 'trust' : 'resource';
}
