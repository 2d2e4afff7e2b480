/** @param target `web`, or by default this machine. */
export function packageExtension(target?: string): Promise<string>;
/** @param target `web`, or by default this machine. */
export function packagePath(target?: string): Promise<string>;
