/** A vector as it is kept: the built-in embedder's has about 50 places of 4,096 that are not 0. */
export type CompactVector = Float32Array | { readonly places: Uint16Array; readonly values: Float32Array }

export function compact(vector: Float32Array): CompactVector {
  const places: number[] = []
  for (let place = 0; place < vector.length; place++) if (vector[place] !== 0) places.push(place)
  if (vector.length > 0x1_0000 || places.length * 3 > vector.length) return vector
  return { places: Uint16Array.from(places), values: Float32Array.from(places, (place) => vector[place] ?? 0) }
}

export function expanded(vector: CompactVector, size: number): Float32Array {
  if (!('places' in vector)) return vector
  const whole = new Float32Array(size)
  for (const [index, place] of vector.places.entries()) whole[place] = vector.values[index] ?? 0
  return whole
}

/** Cosine, for vectors of length 1. Vectors of two sizes have nothing in common. */
export function closeness(query: Float32Array, kept: CompactVector): number {
  let sum = 0
  if ('places' in kept) {
    const { places, values } = kept
    for (let index = 0; index < places.length; index++) sum += (query[places[index] ?? 0] ?? 0) * (values[index] ?? 0)
    return sum
  }
  if (kept.length !== query.length) return 0
  for (let index = 0; index < kept.length; index++) sum += (query[index] ?? 0) * (kept[index] ?? 0)
  return sum
}

export function bytesOf(vector: CompactVector): number {
  return 'places' in vector ? vector.places.byteLength + vector.values.byteLength : vector.byteLength
}
