/** What every generator gives: `scripts/generate.ts` writes it, or checks it against what is there. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string
  readonly content: string
}

export type Generate = () => Promise<readonly GeneratedFile[]>
