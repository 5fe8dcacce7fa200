/**
 * A line diff: `- ` only before, `+ ` only after, two spaces both. Unchanged runs longer than twice `context` lines
 * are shortened to `  …`. Quadratic in the lines: for policies (a quota of some thousand characters), not for books.
 */
export function diffLines(before: readonly string[], after: readonly string[], context = 3): string[] {
  // longest[i][j]: length of the longest common subsequence of before[i…] and after[j…]
  const width = after.length + 1;
  const longest = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      longest[i * width + j] =
        before[i] === after[j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);

  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push(`  ${before[i]}`);
      i++;
      j++;
    } else if (
      j >= after.length ||
      (i < before.length && longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!)
    ) {
      lines.push(`- ${before[i]}`);
      i++;
    } else {
      lines.push(`+ ${after[j]}`);
      j++;
    }
  }
  return shorten(lines, context);
}

function shorten(lines: readonly string[], context: number): string[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some((l) => !l.startsWith('  ')),
  );
  const result: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (near[at]) result.push(line);
    else if (result.at(-1) !== '  …') result.push('  …');
  }
  return result.length === 1 && result[0] === '  …' ? [] : result;
}
