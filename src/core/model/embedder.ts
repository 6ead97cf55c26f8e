/** Turns texts into vectors of length 1 (or 0, for a text that says nothing): close ones mean about the same. */
export interface Embedder {
  readonly id: string
  /** Absent: whatever the provider gives. */
  readonly dimensions?: number
  /** Asked where nobody should wait until it is. Absent: it always is. */
  isReady?(): boolean
  /** In the order of the texts. Rejects with a `GatewayError`. */
  embed(texts: readonly string[]): Promise<Embedded>
  /** The same for one text without a wait, where nobody has to be asked. */
  embedNow?(text: string): Float32Array
}

export interface Embedded {
  /** The embedder's id, with what else tells its vectors from others: those of two are never compared. */
  readonly by: string
  readonly vectors: readonly Float32Array[]
}

/** In place. */
export function normalised(vector: Float32Array): Float32Array {
  let sum = 0
  for (const value of vector) sum += value * value
  if (sum === 0 || !Number.isFinite(sum)) return vector.fill(0)
  const factor = 1 / Math.sqrt(sum)
  for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] ?? 0) * factor
  return vector
}
