import { GatewayError } from '../../core/errors.ts'
import type { Vector } from '../../core/model/embeddings.ts'
import type { JsonValue } from '../../core/wire/json.ts'

const FLOAT_BYTES = 4

/** The vector as numbers. A 32-bit float is exactly a number, so nothing is lost. */
export function floatsOf(vector: Vector): number[] {
  if (typeof vector !== 'string') return [...vector]
  const bytes = Buffer.from(vector, 'base64')
  return Array.from({ length: bytes.length / FLOAT_BYTES }, (_, index) => bytes.readFloatLE(index * FLOAT_BYTES))
}

/** The vector as Base64 of little-endian 32-bit floats, which is what models compute with. */
export function base64Of(vector: Vector): string {
  if (typeof vector === 'string') return vector
  const bytes = Buffer.allocUnsafe(vector.length * FLOAT_BYTES)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * FLOAT_BYTES)
  return bytes.toString('base64')
}

/** Reads one vector of a reply, of either form. Throws `upstream_invalid_reply`. */
export function readVector(value: JsonValue | undefined): Vector {
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value as number[]
  if (typeof value === 'string' && isFloats(value)) return value
  throw new GatewayError('upstream_invalid_reply', 'The provider sent an embedding that is no list of numbers.')
}

function isFloats(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.byteLength(text, 'base64') % FLOAT_BYTES === 0
}
