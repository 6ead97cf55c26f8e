import { isCollection, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { UsageError } from '../command.ts'
import type { Path } from './field.ts'

export interface SourceFile {
  readonly content: unknown
  /** Of a place, or of the nearest one around it. */
  positionOf(path: Path): { readonly line: number; readonly column: number }
}

const maxAliases = 100
const maxValues = 50_000
const maxDepth = 64

/** Reads YAML, which JSON is a part of: only so is a key that stands twice seen. Throws one sentence. */
export function readSourceFile(text: string): SourceFile {
  const lines = new LineCounter()
  const yaml = parsed(text, lines)
  const [fault] = yaml.errors
  if (fault !== undefined) {
    if (fault.code === 'RESOURCE_EXHAUSTION') throw tooDeep()
    const { line, col } = lines.linePos(fault.pos[0])
    throw new UsageError(
      `Line ${line}, column ${col}: neither YAML nor JSON (${fault.code.toLowerCase().replaceAll('_', ' ')}).`,
    )
  }
  visit(yaml, {
    Map(_key, map) {
      const seen = new Set<string>()
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : undefined
        const { line } = lines.linePos(isScalar(key) || isCollection(key) ? (key.range?.[0] ?? 0) : 0)
        if (name === undefined && key !== null) throw new UsageError(`Line ${line}: a key must be a text.`)
        if (name === undefined) continue
        // Which of the two counted is not for us to guess, and PyYAML and JSON readers drop one without a word.
        if (seen.has(name) && name !== '<<') throw new UsageError(`Line ${line}: the key stands twice in the same map.`)
        if (name === '__proto__') throw new UsageError(`Line ${line}: the key \`__proto__\` cannot be used.`)
        seen.add(name)
      }
    },
  })
  const content = contentOf(() => yaml.toJS({ maxAliasCount: maxAliases }))
  checkSize(content)
  return {
    content,
    positionOf(path) {
      let node: unknown = yaml.contents
      let offset = 0
      for (const step of path) {
        if (isMap(node)) {
          const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
          if (pair === undefined) break
          offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset
          node = pair.value
        } else {
          const item: unknown = isCollection(node) && typeof step === 'number' ? node.items[step] : undefined
          if (!isScalar(item) && !isCollection(item)) break
          offset = item.range?.[0] ?? offset
          node = item
        }
      }
      const { line, col } = lines.linePos(offset)
      return { line: line || 1, column: col || 1 }
    },
  }
}

function parsed(text: string, lineCounter: LineCounter) {
  try {
    // Merge keys are part of YAML 1.1, which PyYAML reads.
    return parseDocument(text, { lineCounter, merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
  } catch (cause) {
    throw cause instanceof RangeError ? tooDeep() : cause
  }
}

function contentOf(read: () => unknown): unknown {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof RangeError) throw tooDeep()
    throw new UsageError('The file uses too many YAML aliases, or one without its anchor.')
  }
}

/** With aliases, a short file may stand for a huge one. */
function checkSize(content: unknown): void {
  let values = 0
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: content, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (++values > maxValues) throw new UsageError(`The file holds more than ${maxValues} values.`)
    if (next.depth > maxDepth) throw tooDeep()
    if (typeof next.value !== 'object' || next.value === null) continue
    for (const value of Object.values(next.value)) open.push({ value, depth: next.depth + 1 })
  }
}

function tooDeep(): UsageError {
  return new UsageError(`The file is nested deeper than ${maxDepth} levels.`)
}
