import type { JsonObject } from '../../src/core/wire/json.ts'
import type { Json } from '../support/client.ts'
import type { MockReply, ReceivedRequest } from '../support/mock-provider.ts'

/** What the cases of the matrix mean, whatever the dialect: what a client says, what a provider sees and answers, what the client reads. */

export interface Call {
  readonly id: string
  readonly name: string
  readonly arguments: JsonObject
}

export interface Tool {
  readonly name: string
  readonly description: string
  readonly parameters: JsonObject
}

/** What a client says. */
export interface Ask {
  readonly model: string
  readonly stream: boolean
  readonly system?: string
  readonly turns: readonly Turn[]
  readonly tools?: readonly Tool[]
  readonly forcedTool?: string
  readonly schema?: JsonObject
  readonly stop?: readonly string[]
  readonly maxTokens: number
  /** The model shall think, and show it. */
  readonly thinks?: true
}

export type Turn =
  /** `image` is a PNG and `document` a PDF, both in base64 or by an address. */
  | { readonly role: 'user'; readonly text: string; readonly image?: string; readonly document?: string }
  /** An earlier answer, as the client kept it in its own dialect. */
  | { readonly role: 'kept'; readonly kept: Json; readonly answer: Answer }
  | { readonly role: 'results'; readonly results: readonly { readonly call: Call; readonly text: string }[] }

/** What a provider answers. */
export interface Answer {
  readonly text: string
  readonly reasoning?: string
  /** The thinking carries a signature, or what this dialect has in its place. */
  readonly isSigned?: true
  readonly calls: readonly Call[]
  readonly end: 'stop' | 'length' | 'tools' | 'refusal'
  /** Cached tokens are part of the input. */
  readonly usage: { readonly input: number; readonly cached: number; readonly output: number }
}

/** What a client read. `kept` is what it sends back as the assistant's turn. */
export interface Read extends Omit<Answer, 'isSigned'> {
  readonly kept: Json
}

/** What a provider was asked, with the conversation in one row. */
export interface Seen {
  readonly stream: boolean
  readonly system?: string
  readonly items: readonly Item[]
  readonly tools: readonly { readonly name: string; readonly parameters: JsonObject }[]
  readonly forcedTool?: string
  readonly schema?: JsonObject
  readonly stop?: readonly string[]
  readonly maxTokens?: number
  readonly thinks: boolean
  /** Signed thinking of earlier turns: what its provider needs to know it again. */
  readonly signed: readonly string[]
}

export type Item =
  | { readonly kind: 'user' | 'assistant'; readonly text: string }
  | { readonly kind: 'image' | 'document'; readonly data: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: JsonObject }
  /** `of` is the number of the call, counted over the conversation. */
  | { readonly kind: 'result'; readonly of: number; readonly text: string }

/** A dialect as its clients speak it. */
export interface MatrixClient {
  request(ask: Ask): { readonly path: string; readonly body: JsonObject }
  read(body: Buffer, stream: boolean): Read
  /** The message of an error that is the whole reply. Throws when it has not the dialect's shape. */
  readError(body: Buffer): string
  /** What came before an error inside a stream, and the error's message. */
  readBrokenStream(body: Buffer): { readonly text: string; readonly error: string }
}

/** A dialect as its providers speak it. */
export interface MatrixProvider {
  /** Where this dialect is spoken. */
  readonly path: RegExp
  /** Throws when the request has not the dialect's shape. */
  see(request: ReceivedRequest): Seen
  answer(answer: Answer, stream: boolean): MockReply
  refuse(message: string, kind: RefusalKind, headers: Readonly<Record<string, string>>): MockReply
  /** A stream that says `text` and then reports a fault. */
  breakOff(text: string, message: string): MockReply
  /** What `Seen.signed` has to be after an answer that was signed. */
  signed(answer: Answer): readonly string[]
}

/** Why nothing is answered: the request is wrong, too many came, or the provider is broken or busy. */
export type RefusalKind = 'request' | 'rate' | 'fault' | 'overload'

export type CaseId =
  | 'text'
  | 'system'
  | 'image'
  | 'image-url'
  | 'document'
  | 'document-url'
  | 'tools'
  | 'parallel-tools'
  | 'forced-tool'
  | 'json-schema'
  | 'stop'
  | 'length'
  | 'reasoning'
  | 'signatures'
  | 'cached-usage'
  | 'refusal'
  | 'error-before'
  | 'rate-limit'
  | 'server-error'
  | 'overload'
  | 'error-inside'
  | 'cut-stream'
  | 'malformed-stream'
  | 'abort'

/** Why a case cannot exist, in one sentence. */
export type Impossible = Readonly<Partial<Record<CaseId, string>>>

/** One dialect in the matrix: data, and how it is said and read. */
export interface MatrixDialect {
  readonly id: string
  readonly title: string
  readonly client?: MatrixClient & {
    /** What it has no words for, so that there is nothing to run. */
    readonly cannot: Impossible
    /** What its replies have no words for. */
    readonly unread?: Impossible
  }
  readonly provider?: MatrixProvider & {
    /** What it has no words for, in a request or in a reply. */
    readonly cannot: Impossible
    /** Clients of other dialects whose bodies pass as they came. */
    readonly verbatimFor?: readonly string[]
    /** What the path of an account's base URL is at the mock. */
    readonly basePath: string
    readonly account: Account
    /** For cases that the account's model or vendor has not. */
    readonly accountFor?: Readonly<Partial<Record<CaseId, Account & { readonly notFor?: readonly string[] }>>>
  }
  /** Where no provider has it as its own: how those that have it beside another dialect speak it to its clients. */
  readonly beside?: MatrixProvider & Pick<NonNullable<MatrixDialect['provider']>, 'cannot'>
}

export interface Account {
  readonly provider: string
  readonly model: string
  readonly options?: Readonly<Record<string, string>>
}

/** Puts a conversation in one row, with results told by the number of their call. */
export class ItemRow {
  readonly items: Item[] = []
  readonly signed: string[] = []
  readonly #calls: { readonly id: string | undefined; readonly name: string; isAnswered: boolean }[] = []

  say(kind: 'user' | 'assistant', text: string): void {
    if (text === '') return
    const last = this.items.at(-1)
    // A client may send an answer back in the pieces in which it came.
    const between = kind === 'assistant' ? '' : '\n'
    if (last?.kind === kind) this.items[this.items.length - 1] = { kind, text: last.text + between + text }
    else this.items.push({ kind, text })
  }

  show(kind: 'image' | 'document', data: string): void {
    this.items.push({ kind, data })
  }

  call(id: string | undefined, name: string, args: JsonObject): void {
    this.#calls.push({ id, name, isAnswered: false })
    this.items.push({ kind: 'call', name, arguments: args })
  }

  /** By id, and for dialects without ids by name: the first call of it that has no result. */
  result(by: { readonly id?: string | undefined; readonly name?: string | undefined }, text: string): void {
    const of = this.#calls.findIndex((call) =>
      by.id !== undefined ? call.id === by.id : call.name === by.name && !call.isAnswered,
    )
    const call = this.#calls[of]
    if (call === undefined) throw new Error(`a result of no call: ${JSON.stringify(by)}`)
    call.isAnswered = true
    this.items.push({ kind: 'result', of, text })
  }
}

/** A field that must be there. */
export function need<Value>(value: Value | null | undefined, what: string): Value {
  if (value === undefined || value === null) throw new Error(`${what} is missing`)
  return value
}
