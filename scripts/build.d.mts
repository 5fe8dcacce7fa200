export const root: string;
export function build(outdir?: string): Promise<void>;
