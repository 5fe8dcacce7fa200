import type * as iam from '@aws-sdk/client-iam';
import type { Span } from '../../../../base/index.ts';
import type { Decision, Layer, NamedPolicy } from '../../../../engine/index.ts';

/** unverified: all but the first, which recorded answers have. */
const types: Readonly<Partial<Record<Layer, string>>> = {
  identity: 'IAM Policy',
  boundary: 'Permissions Boundary Policy',
  resource: 'Resource Policy',
  trust: 'Resource Policy',
};

/** Of statements: the same ones decide again and again. */
const places = new WeakMap<Span, { StartPosition: iam.Position; EndPosition: iam.Position }>();

/** The statements that decided, as the simulator names them. SCPs are told of elsewhere, and their text isn't. */
export function matchedStatements(
  { statements }: Decision,
  policies: readonly NamedPolicy[],
): iam.Statement[] {
  return statements
    .filter(({ matched, layer }) => matched && types[layer] !== undefined)
    .map(({ policy, layer, index, span }) => {
      const from = policies.find(
        ({ name, document }) => name === policy && document.statements[index]?.span === span,
      );
      return {
        SourcePolicyId: policy,
        SourcePolicyType: types[layer] as iam.PolicySourceType,
        ...placeOf(from?.document.text ?? '', span),
      };
    });
}

/**
 * AWS counts as a reader of tokens does, from where it has read to: a statement in a list begins behind the bracket (or
 * the statement) before it, one that stands alone behind its own brace; it ends behind its closing brace. So say the
 * examples of `aws iam simulate-custom-policy` (1:38 to 1:167 for a statement alone in its line) and of
 * `simulate-principal-policy` (3:19 to 9:10 for the first of a list). unverified: further statements of a list.
 */
function placeOf(text: string, span: Span) {
  let place = places.get(span);
  if (place === undefined) {
    const before = text.slice(0, span.start.offset).trimEnd();
    const listed = before.endsWith(',') ? before.slice(0, -1).trimEnd() : before;
    const begin = before.endsWith(':') ? span.start.offset + 1 : listed.length;
    place = { StartPosition: positionOf(text, begin), EndPosition: positionOf(text, span.end.offset) };
    places.set(span, place);
  }
  return place;
}

function positionOf(text: string, offset: number): iam.Position {
  const lines = text.slice(0, offset).split('\n');
  return { Line: lines.length, Column: (lines.at(-1) ?? '').length + 1 };
}
