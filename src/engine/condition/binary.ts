import { isBase64 } from '../../policy/index.ts';
import { type Family, parsedValues } from './family.ts';

/** The canonical spelling of the bytes, so that unused bits in the last character don't matter. */
const parseBinary = (text: string): string | undefined =>
  isBase64(text) ? Buffer.from(text, 'base64').toString('base64') : undefined;

/** "Binary condition operators": byte for byte, both sides given in base64. */
export const binaryOperators: Family = {
  BinaryEquals: {
    negated: false,
    compile: (values) => parsedValues(values, parseBinary, (value, wanted) => value === wanted),
  },
};
