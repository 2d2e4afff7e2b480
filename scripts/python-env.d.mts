export const demoRequirements: string;
export const toolRequirements: string;
export const checkRequirements: string;

/** Makes the environment for these requirement files unless it is there; answers the path of its python. */
export function ensurePython(files?: readonly string[]): Promise<string>;
