/** Reads forms with files as they come: `multipart/form-data`, RFC 7578 over RFC 2046, section 5.1. Pure, whatever the chunking. */
import { GatewayError } from '../errors.ts'
import { type PartName, partName } from './form-part-name.ts'

/** A stretch of a form, counted from its first byte. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Where the value of a field stands; or where the field can be put that is not there, with what stands around its value. */
export interface FieldPlace extends Span {
  readonly head: string
  readonly tail: string
}

export interface FormPart extends PartName, Span {}

/** Fields whose values are wanted, however often they stand there. */
export interface FormFields {
  isWanted(name: string): boolean
  /** May throw. */
  take(name: string, value: string): void
  /** A file, and its first bytes. May throw. */
  file?(part: PartName, start: Buffer): void
  /** Of how many first bytes of a file it wants to know, at most. */
  readonly startBytes?: number
  /** The same file, when it has come as a whole. May throw. */
  fileEnd?(bytes: number): void
}

/** Many more are an attack on whoever walks them. */
const maxParts = 1000
const maxHeadBytes = 16 * 1024
/** Of a field whose value is wanted. */
const maxValueBytes = 16 * 1024
const maxPaddingBytes = 256
/** So much of a file tells what it is. */
const usualStartBytes = 1024
const blankLine = Buffer.from('\r\n\r\n')
const none = Buffer.alloc(0)

type State = 'start' | 'boundary' | 'head' | 'value-start' | 'value' | 'over'

/**
 * Finds the parts of a form, and the values of fields that may be there only once. What two readers could understand
 * differently is refused with `invalid_form`: the model that a key was checked for must be the one that the provider reads.
 */
export class FormScanner {
  /** Those of `once` that have been read whole: values, and where these stand. */
  readonly found = new Map<string, Span & { readonly value: string }>()
  readonly #boundaryName: string
  readonly #once: ReadonlySet<string>
  readonly #seen = new Set<string>()
  readonly #onPart: ((part: FormPart) => void) | undefined
  readonly #fields: FormFields | undefined
  readonly #delimiter: Buffer
  readonly #between: Buffer
  #state: State = 'start'
  /** What could not be read without what comes next, and where it stands. */
  #rest: Buffer = none
  #offset = 0
  #firstBoundary = 0
  #parts = 0
  #name: PartName | undefined
  #valueStart = 0
  #value: Buffer[] | undefined
  #valueBytes = 0
  readonly #startBytes: number
  #fileStart: Buffer | undefined
  #fileStartBytes = 0

  constructor(contentType: string, once: readonly string[], onPart?: (part: FormPart) => void, fields?: FormFields) {
    this.#once = new Set(once)
    this.#onPart = onPart
    this.#fields = fields
    this.#startBytes = fields?.startBytes ?? usualStartBytes
    this.#boundaryName = boundaryOf(contentType)
    this.#delimiter = Buffer.from(`--${this.#boundaryName}`)
    this.#between = Buffer.concat([Buffer.from('\r\n'), this.#delimiter])
  }

  /** Throws `invalid_form`. */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    for (let next: number | undefined = 0; next !== undefined; ) {
      at = next
      next = this.#step(bytes, at)
    }
    // A copy: a few bytes must not keep the whole chunk.
    this.#rest = at === bytes.length ? none : Buffer.from(bytes.subarray(at))
    this.#offset += at
  }

  /** The form has ended. Throws `invalid_form` when it was not whole. */
  end(): void {
    if (this.#state !== 'over') throw broken('ends before its last boundary')
  }

  /** Of a field of `once`, in front of the others where there is none. */
  placeOf(name: string): FieldPlace {
    const found = this.found.get(name)
    if (found !== undefined) return { start: found.start, end: found.end, head: '', tail: '' }
    const head = `--${this.#boundaryName}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n`
    return { start: this.#firstBoundary, end: this.#firstBoundary, head, tail: '\r\n' }
  }

  /** Where to go on; `undefined` when that takes more bytes than there are. */
  #step(bytes: Buffer, at: number): number | undefined {
    switch (this.#state) {
      case 'start':
        return this.#start(bytes, at)
      case 'boundary':
        return this.#boundary(bytes, at)
      case 'head':
        return this.#head(bytes, at)
      case 'value-start':
        return this.#startValue(bytes, at)
      case 'value':
        return this.#readValue(bytes, at)
      case 'over':
        return this.#over(bytes, at)
    }
  }

  #start(bytes: Buffer, at: number): number | undefined {
    // An empty line in front is the only preamble that clients are known to send.
    const first = bytes[at] === 13 ? this.#between : this.#delimiter
    const seen = Math.min(first.length, bytes.length - at)
    if (bytes.compare(first, 0, seen, at, at + seen) !== 0) throw broken('does not begin with its boundary')
    if (seen < first.length) return undefined
    this.#state = 'boundary'
    this.#firstBoundary = this.#offset + at + seen - this.#delimiter.length
    return at + seen
  }

  #boundary(bytes: Buffer, at: number): number | undefined {
    if (bytes.length < at + 2) return undefined
    if (bytes[at] === 0x2d && bytes[at + 1] === 0x2d) {
      this.#state = 'over'
      return at + 2
    }
    let lineEnd = at
    while (isPadding(bytes[lineEnd]) && lineEnd - at <= maxPaddingBytes) lineEnd++
    if (lineEnd - at > maxPaddingBytes) throw broken('has a boundary with an endless line')
    if (bytes.length < lineEnd + 2) return undefined
    if (bytes[lineEnd] !== 13 || bytes[lineEnd + 1] !== 10) throw broken('has its boundary within a part')
    if (++this.#parts > maxParts) throw broken(`has more than ${maxParts} parts`)
    this.#state = 'head'
    // The line break may be the first of the two that end an empty head.
    return lineEnd
  }

  #head(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf(blankLine, at)
    if ((end < 0 ? bytes.length : end) - at > maxHeadBytes) throw broken('has a part with an endless head')
    if (end < 0) return undefined
    const name = partName(bytes.toString('latin1', at, end), bytes.toString('utf8', at, end))
    if (name === undefined) throw broken('has a part whose head can be read in more than one way')
    if (!name.isFile && this.#once.has(name.name)) {
      // Two readers could read two different models out of it.
      if (this.#seen.has(name.name))
        throw new GatewayError('invalid_form', `The form names \`${name.name}\` twice.`, { param: name.name })
      this.#seen.add(name.name)
      this.#value = []
    } else if (!name.isFile && this.#fields?.isWanted(name.name) === true) this.#value = []
    this.#valueBytes = 0
    this.#fileStart = name.isFile && this.#fields?.file !== undefined ? Buffer.allocUnsafe(this.#startBytes) : undefined
    this.#fileStartBytes = 0
    this.#name = name
    this.#valueStart = this.#offset + end + blankLine.length
    this.#state = 'value-start'
    return end + blankLine.length
  }

  /** Some readers take a boundary right behind a head for the end of an empty part, others for text. */
  #startValue(bytes: Buffer, at: number): number | undefined {
    const seen = Math.min(this.#delimiter.length, bytes.length - at)
    const isAlike = bytes.compare(this.#delimiter, 0, seen, at, at + seen) === 0
    if (isAlike && seen < this.#delimiter.length) return undefined
    if (isAlike) throw broken('has its boundary within a part')
    this.#state = 'value'
    return at
  }

  #readValue(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf(this.#between, at)
    const sure = end < 0 ? Math.max(at, bytes.length - this.#between.length + 1) : end
    if (this.#value !== undefined && sure > at) {
      this.#valueBytes += sure - at
      if (this.#valueBytes > maxValueBytes) throw broken(`has a \`${this.#name?.name}\` of more than 16 KiB`)
      this.#value.push(Buffer.from(bytes.subarray(at, sure)))
    }
    if (this.#fileStart !== undefined) {
      const taken = bytes.subarray(at, Math.min(sure, at + this.#startBytes - this.#fileStartBytes))
      this.#fileStart.set(taken, this.#fileStartBytes)
      this.#fileStartBytes += taken.length
      if (end >= 0 || this.#fileStartBytes === this.#startBytes)
        this.#tellFile(this.#fileStart.subarray(0, this.#fileStartBytes))
    }
    if (end < 0) return sure === at ? undefined : sure
    this.#endPart(this.#offset + end)
    this.#state = 'boundary'
    return end + this.#between.length
  }

  #tellFile(start: Buffer): void {
    this.#fileStart = undefined
    if (this.#name !== undefined) this.#fields?.file?.(this.#name, start)
  }

  #endPart(end: number): void {
    const name = this.#name
    if (name === undefined) return
    const start = this.#valueStart
    const value = this.#value === undefined ? undefined : Buffer.concat(this.#value).toString('utf8')
    this.#value = undefined
    if (value !== undefined && this.#once.has(name.name)) this.found.set(name.name, { value, start, end })
    else if (value !== undefined) this.#fields?.take(name.name, value)
    if (name.isFile) this.#fields?.fileEnd?.(end - start)
    this.#onPart?.({ ...name, start, end })
  }

  /** A reader that does not take this boundary for the last would find further parts here. */
  #over(bytes: Buffer, at: number): undefined {
    for (let index = at; index < bytes.length; index++) {
      const byte = bytes[index]
      if (byte !== 13 && byte !== 10 && !isPadding(byte)) throw broken('goes on behind its last boundary')
    }
    return undefined
  }
}

function isPadding(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09
}

const boundaryPattern =
  /;\s*boundary=(?:"([\w'()+,./:=? -]{0,69}[\w'()+,./:=?-])"|([\w'()+./:=?!#$%&*^`|~-]{1,70}))\s*(?=;|$)/gi

/** RFC 2046, section 5.1.1. */
function boundaryOf(contentType: string): string {
  const [match] = contentType.matchAll(boundaryPattern)
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) throw broken('has no boundary in its content type')
  if (contentType.toLowerCase().split('boundary').length !== 2 + boundary.toLowerCase().split('boundary').length - 1)
    throw broken('has more than one boundary in its content type')
  return boundary
}

function broken(fault: string): GatewayError {
  return new GatewayError('invalid_form', `The form ${fault}.`)
}
