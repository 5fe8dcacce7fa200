import { type Family, parsedValues } from './family.ts';

const parseBool = (text: string): string | undefined => {
  if (text === 'true' || text === 'false') return text;
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower : undefined;
};

/** "Boolean condition operators". */
export const boolOperators: Family = {
  Bool: {
    negated: false,
    compile: (values) => parsedValues(values, parseBool, (value, wanted) => value === wanted),
  },
};
