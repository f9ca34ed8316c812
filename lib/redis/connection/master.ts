/** What is asked of one server while keys are visited. */
export interface Master {
  scan(cursor: string, match: 'MATCH', pattern: string, count: 'COUNT', page: number): Promise<[string, string[]]>;
  cluster(nodes: 'NODES'): Promise<unknown>;
}

/** The servers that hold keys, as they are known after asking anew. */
export interface Masters {
  readonly isCluster: boolean;
  masters(): Promise<readonly Master[]>;
}
