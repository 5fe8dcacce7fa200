import type { Json } from '../model.ts';
import { templateError } from './fail.ts';

const wrong = () =>
  templateError(
    'every Fn::Cidr object requires two parameters, (1) an IPv4 block and (2) a count between 1 and 256, and optionally (3) the number of subnet bits',
  );

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html (IPv4) */
export function cidrBlocks(input: readonly Json[]): string[] {
  const [block, count, bits = 8] = input;
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(String(block));
  if (match === null) throw wrong();
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  const many = Number(count);
  const size = 2 ** Number(bits);
  const whole = 2 ** (32 - prefix);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) throw wrong();
  if (!Number.isInteger(many) || many < 1 || many > 256 || !Number.isInteger(size)) throw wrong();
  if (size > whole || many * size > whole) throw wrong();
  const start = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / whole) * whole;
  return Array.from({ length: many }, (_, i) => {
    const at = start + i * size;
    const octets = [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(at / unit) % 256);
    return `${octets.join('.')}/${32 - Number(bits)}`;
  });
}
