import type * as iam from '@aws-sdk/client-iam';
import { LineIndex, type Span } from '../../../../base/index.ts';
import type { Decision, Layer, NamedPolicy } from '../../../../engine/index.ts';

/** unverified: all but the first, which recorded answers have. */
const types: Readonly<Partial<Record<Layer, string>>> = {
  identity: 'IAM Policy',
  boundary: 'Permissions Boundary Policy',
  resource: 'Resource Policy',
  trust: 'Resource Policy',
};

/** Where statements stand, by their span. Made once for all decisions about the same policies. */
export class Places {
  readonly #texts = new Map<Span, NamedPolicy['document']>();
  readonly #lines = new Map<NamedPolicy['document'], LineIndex>();
  readonly #known = new Map<Span, { StartPosition: iam.Position; EndPosition: iam.Position }>();

  constructor(policies: readonly NamedPolicy[]) {
    for (const { document } of policies)
      for (const { span } of document.statements) this.#texts.set(span, document);
  }

  /**
   * AWS counts as a reader of tokens does, from where it has read to: a statement in a list begins behind the bracket (or
   * the statement) before it, one that stands alone behind its own brace; it ends behind its closing brace. So say the
   * examples of `aws iam simulate-custom-policy` (1:38 to 1:167 for a statement alone in its line) and of
   * `simulate-principal-policy` (3:19 to 9:10 for the first of a list). unverified: further statements of a list.
   */
  of(span: Span): { StartPosition: iam.Position; EndPosition: iam.Position } {
    const known = this.#known.get(span);
    if (known !== undefined) return known;
    const document = this.#texts.get(span);
    // INVARIANT: only statements of these policies decide.
    if (document === undefined) throw new Error('a statement of no policy');
    const before = document.text.slice(0, span.start.offset).trimEnd();
    const listed = before.endsWith(',') ? before.slice(0, -1).trimEnd() : before;
    const begin = before.endsWith(':') ? span.start.offset + 1 : listed.length;
    const lines = this.#lines.get(document) ?? new LineIndex(document.text);
    this.#lines.set(document, lines);
    const at = (offset: number): iam.Position => {
      const { line, column } = lines.at(offset);
      return { Line: line, Column: column };
    };
    const place = { StartPosition: at(begin), EndPosition: at(span.end.offset) };
    this.#known.set(span, place);
    return place;
  }
}

/** The statements that decided, as the simulator names them. SCPs are told of elsewhere, and their text isn't. */
export const matchedStatements = ({ statements }: Decision, places: Places): iam.Statement[] =>
  statements
    .filter(({ matched, layer }) => matched && types[layer] !== undefined)
    .map(({ policy, layer, span }) => ({
      SourcePolicyId: policy,
      SourcePolicyType: types[layer] as iam.PolicySourceType,
      ...places.of(span),
    }));
