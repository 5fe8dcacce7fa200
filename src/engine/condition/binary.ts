import { type Family, parsedValues } from './family.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The canonical spelling of the bytes, so that unused bits in the last character don't matter. */
const parseBinary = (text: string): string | undefined =>
  BASE64.test(text) ? Buffer.from(text, 'base64').toString('base64') : undefined;

/** "Binary condition operators": byte for byte, both sides given in base64. */
export const binaryOperators: Family = {
  BinaryEquals: {
    negated: false,
    compile: (values) => parsedValues(values, parseBinary, (value, wanted) => value === wanted),
  },
};
