import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml'
import type * as z from 'zod'
import { nearestNames } from '../../core/nearest-names.ts'
import { ConfigDocument } from './schema.ts'

/** One fault of a configuration file, as a sentence with its place. Values are never shown: they may be secrets. */
export interface ConfigFault {
  readonly line: number
  readonly column: number
  readonly message: string
}

export type ReadResult = { readonly document: ConfigDocument } | { readonly faults: readonly ConfigFault[] }

const maxFileBytes = 1 << 20

/** What later versions of the file will hold. Accepting it now would promise something that is not enforced. */
const notYet: Readonly<Record<string, string>> = {
  budgets: 'Budgets',
  limits: 'Limits of a single key',
  cache: 'The cache',
  guardrails: 'Guardrails',
}

/** Reads the text of a configuration file. All faults are reported at once. */
export function readDocument(text: string, environment: NodeJS.ProcessEnv): ReadResult {
  if (Buffer.byteLength(text) > maxFileBytes) {
    return { faults: [{ line: 1, column: 1, message: `The file is larger than ${maxFileBytes} bytes.` }] }
  }
  const lines = new LineCounter()
  const yaml = parseDocument(text, { lineCounter: lines, version: '1.2', uniqueKeys: true, prettyErrors: false })
  const at = (offset: number, message: string): ConfigFault => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col, message }
  }
  if (yaml.errors.length > 0) {
    return { faults: yaml.errors.map((fault) => at(fault.pos[0], yamlFault(fault.code))) }
  }
  const faults: ConfigFault[] = []
  visit(yaml, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string') return
      node.value = interpolate(node.value, environment, (name) =>
        faults.push(
          at(
            node.range?.[0] ?? 0,
            `The environment variable ${name} is not set; set it, or write \${${name}:-default}.`,
          ),
        ),
      )
    },
  })
  let content: unknown
  try {
    content = yaml.toJS({ maxAliasCount: 100 }) ?? {}
  } catch {
    return { faults: [{ line: 1, column: 1, message: 'The file uses too many YAML aliases.' }] }
  }
  const result = ConfigDocument.safeParse(content)
  if (result.success) return faults.length > 0 ? { faults } : { document: result.data }
  for (const issue of result.error.issues) {
    for (const { path, message } of issueTexts(issue, [])) faults.push(at(offsetOf(yaml.contents, path), message))
  }
  return { faults: faults.sort((a, b) => a.line - b.line || a.column - b.column) }
}

function yamlFault(code: string): string {
  if (code === 'DUPLICATE_KEY') return 'A key stands twice in the same map; keep one.'
  if (code === 'TAB_AS_INDENT') return 'YAML takes no tabs for indentation; use spaces.'
  return `The file is not valid YAML here (${code.toLowerCase().replaceAll('_', ' ')}).`
}

/** `${NAME}` and `${NAME:-default}`, in values that YAML has parsed already: a variable cannot add keys. */
function interpolate(value: string, environment: NodeJS.ProcessEnv, missing: (name: string) => void): string {
  return value.replaceAll(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (_whole, name: string, fallback: string | undefined) => {
      const found = environment[name]
      if (found !== undefined && found !== '') return found
      if (fallback !== undefined) return fallback
      missing(name)
      return ''
    },
  )
}

interface IssueText {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

function issueTexts(issue: z.core.$ZodIssue, parent: readonly PropertyKey[]): IssueText[] {
  const path = [...parent, ...issue.path]
  const name = path.length === 0 ? 'The file' : `\`${pathText(path)}\``
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, path) }))
    case 'invalid_union': {
      // The alternative that fits best is the one with the fewest faults.
      const best = [...issue.errors].sort((a, b) => a.length - b.length)[0]
      return best?.flatMap((inner) => issueTexts(inner, path)) ?? [{ path, message: `${name} is not valid.` }]
    }
    case 'invalid_type':
      return [
        {
          path,
          message:
            issue.input === undefined && isMissing(issue)
              ? `${name} is missing.`
              : `${name} must be of type ${issue.expected}.`,
        },
      ]
    case 'invalid_value':
      return [{ path, message: `${name} must be ${issue.values.map((value) => `\`${String(value)}\``).join(' or ')}.` }]
    case 'too_small':
      return [
        {
          path,
          message: `${name} is too ${issue.origin === 'string' || issue.origin === 'array' ? 'short' : 'small'}: at least ${String(issue.minimum)}.`,
        },
      ]
    case 'too_big':
      return [{ path, message: `${name} is too large: at most ${String(issue.maximum)}.` }]
    default:
      return [{ path, message: `${name} is not valid.` }]
  }
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.message.includes('undefined')
}

function unknownKey(key: string, path: readonly PropertyKey[]): string {
  const soon = notYet[key]
  const isKeyLimit = key !== 'limits' || path[0] === 'keys'
  if (soon !== undefined && isKeyLimit)
    return `${soon} (\`${key}\`) are not available in this version; take the key out.`
  const near = nearestNames(key, knownKeys(path), 1)[0]
  return `Unknown key \`${key}\`${near === undefined ? '' : `; did you mean \`${near}\``}${near === undefined ? '.' : '?'}`
}

/** The keys that the schema has at a place. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = ConfigDocument
  for (const step of path) schema = child(unwrap(schema), step)
  const { shape } = (unwrap(schema) ?? {}) as { shape?: Record<string, unknown> }
  return Object.keys(shape ?? {})
}

function unwrap(schema: unknown): unknown {
  let current = schema as { unwrap?: () => unknown; def?: { type?: string } } | undefined
  while (current?.def?.type === 'optional') current = current.unwrap?.() as typeof current
  return current
}

function child(schema: unknown, step: PropertyKey): unknown {
  const known = schema as { shape?: Record<string, unknown>; element?: unknown; valueType?: unknown } | undefined
  return typeof step === 'number' ? known?.element : (known?.shape?.[String(step)] ?? known?.valueType)
}

export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
    '',
  )
}

/** Where a path stands in the file; its nearest ancestor where it is missing. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root
  let offset = root?.range?.[0] ?? 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step)
      if (pair === undefined) break
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else {
      const items = (node as { items?: unknown[] } | undefined)?.items
      const item = typeof step === 'number' ? items?.[step] : undefined
      if (item === undefined) break
      node = item
      offset = (node as Node).range?.[0] ?? offset
    }
  }
  return offset
}
