export function build(options?: { production?: boolean }): Promise<readonly string[]>;
