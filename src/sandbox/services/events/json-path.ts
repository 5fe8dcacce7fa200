import type { Json } from './pattern/index.ts';

type Step = { readonly name: string } | { readonly index: number } | { readonly all: true };

/**
 * The part of JSON path that EventBridge takes: dots, dashes, underscores, alphanumeric characters, array indices,
 * wildcards and forward slashes: `$.detail.list[0].name`, `$.detail['a b']`, `[*]`. undefined: it is none.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function parsePath(text: string): readonly Step[] | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: Step[] = [];
  let at = 1;
  const token = /\.([A-Za-z0-9_/-]+)|\['([^']+)'\]|\[(\d{1,6})\]|(\[\*\]|\.\*)/y;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) return undefined;
    const [whole, plain, quoted, index, all] = match;
    const name = plain ?? quoted;
    if (name !== undefined) steps.push({ name });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else if (all !== undefined) steps.push({ all: true });
    at += whole.length;
  }
  return steps;
}

/** undefined: the path doesn't exist in the event. */
export function follow(steps: readonly Step[], value: Json): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if ('all' in step) {
    return Object.values(value).flatMap((each) => follow(rest, each as Json) ?? []);
  }
  if ('index' in step) {
    const item = Array.isArray(value) ? (value[step.index] as Json | undefined) : undefined;
    return item === undefined ? undefined : follow(rest, item);
  }
  if (Array.isArray(value) || !Object.hasOwn(value, step.name)) return undefined;
  return follow(rest, (value as Readonly<Record<string, Json>>)[step.name] as Json);
}
