/** More wildcards than this make a filter pattern that nobody can review, and soon one over 1,024 characters. */
const MAX_PATTERNS = 32;

/**
 * An IPv4 network as wildcards on whole octets, the only form CloudWatch Logs filter patterns have for addresses:
 * `203.0.113.0/24` → `203.0.113.*`, `10.0.4.0/23` → `10.0.4.*`, `10.0.5.*`. Undefined when it takes too many, and for IPv6.
 */
export function octetPatterns(cidr: string): string[] | undefined {
  const network = parse(cidr);
  if (network === undefined || network.bits !== 32) return undefined;
  const { prefix, first } = network;
  if (prefix === 0) return ['*'];
  const octets = Math.ceil(prefix / 8);
  const count = 2 ** (octets * 8 - prefix);
  if (count > MAX_PATTERNS) return undefined;
  const shift = BigInt(32 - octets * 8);
  return Array.from({ length: count }, (_, i) => {
    const parts = v4Text(first + (BigInt(i) << shift))
      .split('.')
      .slice(0, octets);
    return octets === 4 ? parts.join('.') : `${parts.join('.')}.*`;
  });
}

/**
 * All addresses outside of the networks, as CIDRs. EventBridge patterns match a `cidr` but have no "anything but cidr",
 * so the rule for unknown networks lists what is left of both address spaces.
 */
export function complement(cidrs: readonly string[]): string[] {
  const networks = cidrs.map(parse).filter((network) => network !== undefined);
  return [32, 128].flatMap((bits) => {
    const known = networks
      .filter((network) => network.bits === bits)
      .map(({ first, prefix }): Range => [first, first + (1n << BigInt(bits - prefix)) - 1n])
      .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    const end = (1n << BigInt(bits)) - 1n;
    const gaps: Range[] = [];
    let next = 0n;
    for (const [first, last] of known) {
      if (first > next) gaps.push([next, first - 1n]);
      if (last >= next) next = last + 1n;
    }
    if (next <= end) gaps.push([next, end]);
    return gaps.flatMap((gap) => blocks(gap, bits));
  });
}

type Range = readonly [first: bigint, last: bigint];

/** The fewest CIDRs that cover a range: at each step the largest aligned block that fits. */
function blocks([first, last]: Range, bits: number): string[] {
  const out: string[] = [];
  for (let at = first; at <= last; ) {
    let size = 0;
    while (size < bits && (at >> BigInt(size)) % 2n === 0n && at + (1n << BigInt(size + 1)) - 1n <= last)
      size++;
    out.push(`${bits === 32 ? v4Text(at) : v6Text(at)}/${bits - size}`);
    at += 1n << BigInt(size);
  }
  return out;
}

function parse(text: string): { bits: 32 | 128; prefix: number; first: bigint } | undefined {
  const [address = '', prefixText] = text.split('/');
  const bits = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) ? 32 : 128;
  const value = bits === 32 ? v4Value(address) : v6Value(address);
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (value === undefined || !Number.isInteger(prefix) || prefix < 0 || prefix > bits) return undefined;
  const host = BigInt(bits - prefix);
  return { bits, prefix, first: (value >> host) << host };
}

const v4Value = (text: string): bigint =>
  text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);

const v4Text = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 255n).toString()).join('.');

function v6Value(text: string): bigint | undefined {
  // A dotted tail (`::ffff:10.0.0.1`) is two groups.
  const dotted = text.replace(/(\d+\.\d+\.\d+\.\d+)$/, (tail) => {
    const value = v4Value(tail);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
  const [head = '', tail, ...more] = dotted.split('::');
  if (more.length > 0) return undefined;
  const groups = (part: string | undefined) => (part === undefined || part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(tail);
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 0) return undefined;
  const all = [...before, ...Array<string>(missing).fill('0'), ...after];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

/** RFC 5952: the longest run of zero groups becomes `::`. */
function v6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  let best = '';
  for (const [run] of groups.join(':').matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g))
    if (run.length > best.length) best = run;
  const text = groups.join(':');
  if (best === '') return text;
  const at = text.search(new RegExp(`(?<![0-9a-f])${best}(?![0-9a-f])`));
  const before = text.slice(0, at).replace(/:$/, '');
  const after = text.slice(at + best.length).replace(/^:/, '');
  return `${before}::${after}`;
}
