/** A file of another product, read so that nothing in it can be passed over: what no one took is reported in the end. */

export type Path = readonly (string | number)[]

export interface Note {
  /** `unmapped`: something of the file that the result does not say. `action`: what its reader has to do. */
  readonly kind: 'unmapped' | 'action'
  readonly path: Path
  readonly message: string
}

/** A value at its place. Reading it as text, number or switch takes it; a value of another kind is noted. */
export interface Field {
  readonly path: Path
  /** Not absent, and not `null`. */
  readonly isThere: boolean
  /** The first of these names that is there. */
  get(...names: readonly string[]): Field
  /** Of a map; nothing of anything else. */
  fields(): readonly (readonly [name: string, field: Field])[]
  /** As `fields`, of those that nobody took; what is no map is noted. */
  entries(): readonly (readonly [name: string, field: Field])[]
  items(): readonly Field[]
  /** A text, without taking it. */
  peek(): string | undefined
  peekNumber(): number | undefined
  isMap(): boolean
  text(): string | undefined
  /** Above 0. */
  number(): number | undefined
  flag(): boolean | undefined
  /** A text as it is, a map as JSON. */
  json(): string | undefined
  /** A text, number or switch that says nothing which the result has to. */
  take(): void
  /** All below it is not in the result, for this reason. */
  unmapped(reason: string): void
  /** Something about it is not in the result; what is below it is still to be taken. */
  remark(reason: string): void
  action(message: string): void
}

export interface Reading {
  readonly root: Field
  note(note: Note): void
  /** All notes, with one for each part that nobody took. */
  notes(reasonOf: ReasonOf): readonly Note[]
}

/** Why a part was not taken; a map without a reason of its own is told part by part. */
export type ReasonOf = (path: Path) => string | undefined

export function readFields(content: unknown): Reading {
  const notes: Note[] = []
  const taken = new Set<string>()
  /** Places below which something was taken. */
  const above = new Set<string>()

  const take = (path: Path): void => {
    taken.add(keyOf(path))
    for (let length = path.length - 1; length >= 0; length--) above.add(keyOf(path.slice(0, length)))
  }
  const note = (kind: Note['kind'], path: Path, message: string): void => void notes.push({ kind, path, message })

  const fieldAt = (value: unknown, path: Path): Field => {
    const isThere = value !== undefined && value !== null
    const read = <Value>(isRight: (given: unknown) => given is Value, kind: string): Value | undefined => {
      if (!isThere) return undefined
      take(path)
      if (isRight(value)) return value
      note('unmapped', path, `is not ${kind}, and was left out`)
      return undefined
    }
    const fields = (): readonly (readonly [string, Field])[] =>
      isMap(value) ? Object.entries(value).map(([name, inner]) => [name, fieldAt(inner, [...path, name])]) : []
    return {
      path,
      isThere,
      get(...names) {
        const name = names.find((candidate) => isThereIn(value, candidate)) ?? names[0] ?? ''
        return fieldAt(isThereIn(value, name) ? value[name] : undefined, [...path, name])
      },
      fields,
      entries() {
        if (!isMap(value)) read(isMap, 'a map')
        return fields().filter(([, field]) => !taken.has(keyOf(field.path)))
      },
      items() {
        if (isThere && !Array.isArray(value)) read(Array.isArray, 'a list')
        return Array.isArray(value) ? value.map((item, index) => fieldAt(item, [...path, index])) : []
      },
      peek: () => (typeof value === 'string' ? value : undefined),
      peekNumber: () => (typeof value === 'number' ? value : undefined),
      isMap: () => isMap(value),
      text() {
        const text = read(isTextual, 'a text')
        return text === undefined || text === '' ? undefined : String(text)
      },
      number() {
        const number = read(isTextual, 'a number')
        if (number === undefined) return undefined
        const given = typeof number === 'number' ? number : Number(number.trim() === '' ? Number.NaN : number)
        if (Number.isFinite(given) && given > 0) return given
        note('unmapped', path, 'is not a number above 0, and was left out')
        return undefined
      },
      flag: () => read((given) => typeof given === 'boolean', 'true or false'),
      json() {
        const json = read((given): given is object | string => typeof given === 'object' || isTextual(given), 'JSON')
        return typeof json === 'object' ? JSON.stringify(json) : json
      },
      take() {
        if (typeof value !== 'object') take(path)
      },
      unmapped(reason) {
        if (!isThere) return
        take(path)
        note('unmapped', path, reason)
      },
      remark: (reason) => note('unmapped', path, reason),
      action: (message) => note('action', path, message),
    }
  }

  const leftOver = (value: unknown, path: Path, reasonOf: ReasonOf): void => {
    if (value === undefined || value === null || taken.has(keyOf(path))) return
    const children = childrenOf(value)
    const isTouched = above.has(keyOf(path))
    if (children.length > 0 && (isTouched || (isMap(value) && reasonOf(path) === undefined))) {
      for (const [name, inner] of children) leftOver(inner, [...path, name], reasonOf)
    } else if (typeof value !== 'object' || children.length > 0) {
      note('unmapped', path, reasonOf(path) ?? 'is not known to this version')
    }
  }

  return {
    root: fieldAt(content, []),
    note: (given) => void notes.push(given),
    notes(reasonOf) {
      for (const [name, inner] of childrenOf(content)) leftOver(inner, [name], reasonOf)
      return notes
    },
  }
}

/** `model_list[0].litellm_params.rpm` */
export function placeOf(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}

function childrenOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return [...value.entries()]
  return isMap(value) ? Object.entries(value) : []
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isThereIn(value: unknown, name: string): value is Readonly<Record<string, unknown>> {
  return isMap(value) && Object.hasOwn(value, name) && value[name] !== null
}

function isTextual(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
