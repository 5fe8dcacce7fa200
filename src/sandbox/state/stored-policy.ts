import { type Diagnostic, hasErrors } from '../../base/index.ts';
import { type PolicyDocument, type PolicyKind, parsePolicy } from '../../policy/index.ts';
import { AwsError } from '../types.ts';

/**
 * A policy as it was given and as the engine reads it. Parsed when first asked for, once: a cloud with ten thousand
 * roles is loaded from its text alone.
 * INVARIANT: the text has been parsed without errors before (`storedPolicy`), so that reading it again can't fail.
 */
export class StoredPolicy {
  readonly text: string;
  readonly kind: PolicyKind;
  #document: PolicyDocument | undefined;

  constructor(text: string, kind: PolicyKind, document?: PolicyDocument) {
    this.text = text;
    this.kind = kind;
    this.#document = document;
  }

  get document(): PolicyDocument {
    this.#document ??= storedPolicy(this.text, this.kind).document;
    return this.#document;
  }
}

export const malformed = (message: string): AwsError => new AwsError('MalformedPolicyDocument', message);

/** Parses a document that a caller sent; throws MalformedPolicyDocument with what is wrong and where. */
export function storedPolicy(text: string, kind: PolicyKind): StoredPolicy {
  const parsed = parsePolicy(text, { kind });
  if (parsed.ok && !hasErrors(parsed.diagnostics)) return new StoredPolicy(text, kind, parsed.value);
  const first = parsed.diagnostics.find((d) => d.severity === 'error') ?? parsed.diagnostics[0];
  throw malformed(awsText(text, kind, first) ?? first?.message ?? 'Syntax errors in policy.');
}

/** `Invalid principal in policy: "AWS":"nonsense"` */
export const invalidPrincipal = (value: string): AwsError => {
  const type = value.includes('.') && !value.includes(':') ? 'SERVICE' : 'AWS';
  return malformed(`Invalid principal in policy: "${type}":"${value}"`);
};

/**
 * AWS's own words for the mistakes whose words we know; the parser's own for all others, which are more helpful.
 * unverified: the wordings are remembered from live answers, AWS documents none of them.
 */
function awsText(text: string, kind: PolicyKind, first: Diagnostic | undefined): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'This policy contains invalid Json';
  }
  if (first?.code === 'principal-format' && first.span !== undefined) {
    const written: unknown = JSON.parse(text.slice(first.span.start.offset, first.span.end.offset));
    return invalidPrincipal(String(written)).message;
  }
  const statements = [(json as { Statement?: unknown } | null)?.Statement].flat();
  for (const statement of statements) {
    if (typeof statement !== 'object' || statement === null) return 'Syntax errors in policy.';
    if (kind === 'trust') {
      if ('Resource' in statement || 'NotResource' in statement) return 'Has prohibited field Resource';
      if (!('Principal' in statement) && !('NotPrincipal' in statement))
        return 'Missing required field Principal';
    } else if ('Principal' in statement || 'NotPrincipal' in statement) {
      return 'Policy document should not specify a principal.';
    } else if (!('Resource' in statement) && !('NotResource' in statement)) {
      return 'Policy statement must contain resources.';
    }
    if (!('Action' in statement) && !('NotAction' in statement)) {
      return kind === 'trust' ? 'Missing required field Action' : 'Policy statement must contain actions.';
    }
  }
  return undefined;
}
