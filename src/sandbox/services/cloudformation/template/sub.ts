import { templateError } from './fail.ts';

export type SubPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string };

const NAME = /^[A-Za-z0-9_.:-]+$/;

/**
 * Cuts a Fn::Sub text: `${Name}` is a variable, `${!Literal}` stands for `${Literal}`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */
export function subParts(text: string): readonly SubPart[] {
  const parts: SubPart[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf('${', from);
    const close = open < 0 ? -1 : text.indexOf('}', open);
    if (open < 0 || close < 0) break;
    if (open > from) parts.push({ kind: 'text', text: text.slice(from, open) });
    const inside = text.slice(open + 2, close);
    if (inside.startsWith('!')) parts.push({ kind: 'text', text: `\${${inside.slice(1)}}` });
    else {
      const name = inside.trim();
      if (!NAME.test(name)) {
        throw templateError(
          'variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons',
        );
      }
      parts.push({ kind: 'variable', name });
    }
    from = close + 1;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}
