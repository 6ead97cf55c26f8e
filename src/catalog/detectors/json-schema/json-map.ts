import type { Span } from '../../../core/inspection/detection.ts'

interface JsonMap {
  /** Names of members that stand in their object before. */
  readonly duplicates: readonly Span[]
  /** Where the value of a JSON Pointer (RFC 6901) stands. */
  place(pointer: string): Span | undefined
}

interface Level {
  readonly pointer: string
  readonly start: number
  /** Of an object. */
  readonly names: Set<string> | undefined
  key: string
  index: number
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/gs

/** Reads text that `JSON.parse` has read before, once more for what the value no longer shows. Reads in one pass. */
export function jsonMap(json: string): JsonMap {
  const places = new Map<string, Span>()
  const duplicates: Span[] = []
  const levels: Level[] = []
  let expectsName = false
  for (const { 0: piece, index } of json.matchAll(token)) {
    const level = levels.at(-1)
    const end = index + piece.length
    if (piece === '{' || piece === '[') {
      const names = piece === '{' ? new Set<string>() : undefined
      levels.push({ pointer: pointerIn(level), start: index, names, key: '', index: 0 })
      expectsName = piece === '{'
    } else if (piece === '}' || piece === ']') {
      levels.pop()
      if (level !== undefined) places.set(level.pointer, { start: level.start, end })
      expectsName = false
    } else if (piece === ',') {
      if (level?.names === undefined) step(level)
      expectsName = level?.names !== undefined
    } else if (piece === ':') {
      expectsName = false
    } else if (expectsName && level?.names !== undefined) {
      const name = String(JSON.parse(piece))
      if (level.names.has(name) && duplicates.length < 100) duplicates.push({ start: index, end })
      level.names.add(name)
      level.key = name
    } else {
      places.set(pointerIn(level), { start: index, end })
    }
  }
  return { duplicates, place: (pointer) => places.get(pointer) }
}

function step(level: Level | undefined): void {
  if (level !== undefined) level.index++
}

function pointerIn(level: Level | undefined): string {
  if (level === undefined) return ''
  const key = level.names === undefined ? String(level.index) : level.key.replaceAll('~', '~0').replaceAll('/', '~1')
  return `${level.pointer}/${key}`
}
