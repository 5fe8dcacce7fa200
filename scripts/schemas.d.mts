export const schemaServices: readonly string[];
export function schemaFile(service: string): string;
export function schemaText(service: string): Promise<string>;
