export declare const operatorVersion: string;
export declare function readOperatorCrd(): Promise<string>;
