/** Downloads the files unless they are there; answers their folder. */
export function locustExamples(): Promise<string>;
