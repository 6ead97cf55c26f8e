/** Bytes outside memory. */
export interface ScratchFile {
  readonly bytes: number
  append(pieces: readonly Buffer[]): Promise<void>
  /** Some of what stands from there on. */
  read(position: number): Promise<Buffer>
  close(): void
}
