import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml'
import { issueTexts, type Path } from './issue-text.ts'
import { maxFileBytes } from './read-file.ts'
import { ConfigDocument } from './schema.ts'
import { takeTypes } from './typed-values.ts'

/** One fault of a configuration file, as a sentence with its place. Values from the environment are never shown. */
export interface ConfigFault {
  readonly line: number
  readonly column: number
  readonly message: string
  /** Where it is among the keys of the file, such as `providers[0].baseUrl`. Absent where the text is no YAML. */
  readonly key?: string
}

/** As compilers say it. */
export function placedText(file: string, { line, column, message }: ConfigFault, kind?: 'warning'): string {
  return `${file}:${line}:${column} ${kind === undefined ? '' : `${kind}: `}${message}`
}

/** Puts a fault at the place of `path`, or of its nearest ancestor in the file. */
export type FaultAt = (path: Path, message: string) => ConfigFault

export type ReadResult =
  | { readonly document: ConfigDocument; readonly faultAt: FaultAt }
  | {
      readonly faults: readonly ConfigFault[]
      /** Absent: it is no YAML that can be read. */
      readonly content?: unknown
      readonly faultAt?: FaultAt
    }

const maxAliases = 100
/** A file of another kind would be one fault a line; nobody reads more. */
export const maxFaults = 50

/** Reads the text of a configuration file. Faults are reported together. */
export function readDocument(text: string, environment: NodeJS.ProcessEnv): ReadResult {
  if (Buffer.byteLength(text) > maxFileBytes) {
    return { faults: [{ line: 1, column: 1, message: `The file is larger than ${maxFileBytes} bytes.` }] }
  }
  const lines = new LineCounter()
  // Looking for keys that stand twice is ours: the library compares each with all.
  const yaml = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  const at = (offset: number, message: string): ConfigFault => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col, message }
  }
  if (yaml.errors.length > 0) {
    return { faults: yaml.errors.slice(0, maxFaults).map(({ pos, code }) => at(pos[0], yamlFault(code, text, pos[0]))) }
  }
  const values = new Map<string, string>()
  const variables = new Set<Scalar>()
  const found = nodeFaults(yaml, environment, values, variables)
  if (found.length > 0) return { faults: inOrder(found.map(({ offset, message }) => at(offset, message))) }
  let content = contentOf(yaml)
  if (content === undefined) return { faults: [at(0, 'The file uses too many YAML aliases.')] }
  const faultAt: FaultAt = (path, message) => ({
    ...at(offsetOf(yaml.contents, path), withoutValues(message, values)),
    ...(path.length === 0 ? {} : { key: withoutValues(keyText(path), values) }),
  })
  let result = ConfigDocument.safeParse(content, { reportInput: true })
  if (!result.success && takeTypes(yaml, variables, result.error.issues)) {
    content = contentOf(yaml)
    result = ConfigDocument.safeParse(content, { reportInput: true })
  }
  if (result.success) return { document: result.data, faultAt }
  const texts = issueTexts(result.error.issues).slice(0, maxFaults)
  return { faults: inOrder(texts.map(({ path, message }) => faultAt(path, message))), content, faultAt }
}

function keyText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? String(step) : `${text}.${String(step)}`
  }, '')
}

function contentOf(yaml: Document.Parsed): unknown {
  try {
    return yaml.toJS({ maxAliasCount: maxAliases }) ?? {}
  } catch {
    return undefined
  }
}

interface NodeFault {
  readonly offset: number
  readonly message: string
}

/** What YAML allows and a configuration does not, and the variables that are not set. Puts the others into the values. */
function nodeFaults(
  yaml: Document.Parsed,
  environment: NodeJS.ProcessEnv,
  values: Map<string, string>,
  variables: Set<Scalar>,
): NodeFault[] {
  const faults: NodeFault[] = []
  const fault = (node: Node, message: string): void => {
    if (faults.length < maxFaults) faults.push({ offset: node.range?.[0] ?? 0, message })
  }
  if (yaml.directives.yaml.explicit === true && yaml.directives.yaml.version !== '1.2') {
    return [{ offset: 0, message: 'The file is read as YAML 1.2; take the `%YAML` line out.' }]
  }
  let aliases = 0
  visit(yaml, {
    Map: (_key, map) => keyFaults(map, fault),
    Alias(_key, node) {
      if (++aliases > maxAliases) return visit.BREAK
      if (node.resolve(yaml) === undefined) fault(node, 'The YAML alias names an anchor that does not stand before it.')
      return undefined
    },
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string') return
      if (/^\$\{[^{}]*\}$/.test(node.value)) variables.add(node)
      node.value = interpolate(node.value, environment, values, (name) =>
        fault(node, `The environment variable ${name} is not set; set it, or write \${${name}:-default}.`),
      )
    },
  })
  return aliases > maxAliases ? [{ offset: 0, message: 'The file uses too many YAML aliases.' }] : faults
}

function keyFaults(map: YAMLMap, fault: (node: Node, message: string) => void): void {
  const seen = new Set<unknown>()
  for (const { key } of map.items) {
    if (isCollection(key)) fault(key, 'A key must be a text.')
    if (!isScalar(key)) continue
    if (seen.has(String(key.value))) fault(key, 'A key stands twice in the same map; keep one.')
    seen.add(String(key.value))
    if (key.value === '__proto__') fault(key, 'The key `__proto__` cannot be used.')
  }
}

function yamlFault(code: string, text: string, offset: number): string {
  if (code === 'TAB_AS_INDENT') return 'YAML takes no tabs for indentation; use spaces.'
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset + 1)
  const brace = line.search(/[{[,]/)
  if (brace >= 0 && line.includes('$' + '{', brace)) {
    return `YAML takes this brace for its own; write "\${NAME}" in quotes between { } or [ ].`
  }
  return `The file is not valid YAML here (${code.toLowerCase().replaceAll('_', ' ')}).`
}

/** `${NAME}` and `${NAME:-default}`, in values that YAML has parsed already: a variable cannot add keys. */
function interpolate(
  text: string,
  environment: NodeJS.ProcessEnv,
  values: Map<string, string>,
  missing: (name: string) => void,
): string {
  // A default holds no `$` or brace, so that no text is looked at twice.
  return text.replaceAll(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^${}]*))?\}/g,
    (whole, name: string, fallback: string | undefined) => {
      const found = Object.hasOwn(environment, name) ? environment[name] : undefined
      if (found !== undefined && found !== '') {
        values.set(found, whole)
        return found
      }
      if (fallback !== undefined) return fallback
      missing(name)
      return ''
    },
  )
}

/** Shorter ones are no secrets, and would stand in half the words of a sentence. */
const MIN_HIDDEN = 4

/** Says `${NAME}` where a message quotes what came from the environment. */
function withoutValues(message: string, values: ReadonlyMap<string, string>): string {
  let text = message
  for (const [value, source] of values) if (value.length >= MIN_HIDDEN) text = text.replaceAll(value, () => source)
  return text
}

export function inOrder(faults: readonly ConfigFault[]): ConfigFault[] {
  return [...faults].sort((a, b) => a.line - b.line || a.column - b.column)
}

function offsetOf(root: Node | null, path: Path): number {
  let node: unknown = root
  let offset = root?.range?.[0] ?? 0
  for (const step of path) {
    if (isAlias(node)) break
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === step)
      if (pair === undefined) break
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else {
      const items = isCollection(node) ? node.items : undefined
      const item = typeof step === 'number' ? items?.[step] : undefined
      if (item === undefined) break
      node = item
      offset = (node as Node).range?.[0] ?? offset
    }
  }
  return offset
}
