export type Bundle = Readonly<Record<string, string>>;
export declare function messagesOfSource(): string[];
export declare function messagesIn(text: string, file: string): string[];
export declare function bundles(): ReadonlyMap<string, Bundle>;
export declare function faultsOf(messages: readonly string[], bundle: Bundle): string[];
