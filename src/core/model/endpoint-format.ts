import type { JsonObject } from '../wire/json.ts'
import type { Dialect } from './dialect.ts'
import type { Usage } from './model-reply.ts'
import type { Provider } from './provider.ts'

/**
 * One wire format of an endpoint that answers in one piece: embeddings, rankings. Pure, as a dialect is: bodies in, neutral
 * forms out, and back.
 */
export interface EndpointFormat<Request extends EndpointRequest, Reply extends { readonly usage?: Usage }> {
  readonly id: string
  /** Neutral fields that this format writes under another name. */
  readonly names: Readonly<Partial<Record<keyof Request, string>>>
  /** Reads a client's body. Throws `invalid_request` naming the field. */
  decodeRequest(body: JsonObject): Request
  /** Writes a provider's body. Throws `invalid_request` for an input that the format has no way to say; what is only a setting is dropped. */
  encodeRequest(request: Request, model: string): WrittenRequest<Request>
  /** Reads a provider's whole reply. Lenient; throws `upstream_invalid_reply` when it holds no answer. */
  decodeReply(body: JsonObject): Reply
  /** Writes the reply for a client that asked `request`. */
  encodeReply(reply: Reply, asked: AnsweredRequest<Request>): JsonObject
  /**
   * A body of this format with another model name in it, for formats where the name stands elsewhere than at the top.
   * `undefined` when the bytes can stay. Throws `invalid_request` for a body that names another model than the path.
   */
  renamed?(body: JsonObject, model: string, replacement: string): JsonObject | undefined
}

export interface EndpointRequest {
  /** Names, as the client wrote them, of what no neutral field can hold. */
  readonly other: readonly string[]
}

export interface WrittenRequest<Request> {
  readonly body: JsonObject
  /** What of the request this format has no way to say. */
  readonly unsaid: readonly (keyof Request & string)[]
}

export interface AnsweredRequest<Request> {
  readonly request: Request
  /** The name that the client asked for. */
  readonly model: string
  readonly callId: string
}

/** A format as a provider serves it. */
export interface ServedFormat<Format> {
  readonly format: Format
  /** Below the base URL. `{model}` stands for the model. */
  readonly path: string
  /** The dialect beside which it stands: its address and its credential are those of that surface. */
  readonly beside: Dialect
}

/** How one target gets a request: where, and with which body. */
export interface EndpointPlan {
  readonly path: string
  readonly beside: Dialect
  /** Absent: the client's bytes, with the model's name changed in them where it stands there. */
  readonly body?: JsonObject
  readonly dropped: readonly string[]
  /** The client's reply, from the provider's. Absent: as it comes. Throws `upstream_invalid_reply`. */
  reply?(body: JsonObject): { readonly body: JsonObject; readonly usage?: Usage }
}

export interface PlannedRequest {
  readonly provider: Provider
  readonly body: JsonObject
  readonly callId: string
  /** The name that the client asked for. */
  readonly asked: string
  /** The name that the provider knows. */
  readonly model: string
}

/**
 * Finds how a provider gets a client's request: as it came where it serves the client's format, else translated into the
 * first one that it serves. `undefined` when it serves none. Throws `invalid_request`.
 */
export function planner<Request extends EndpointRequest, Reply extends { readonly usage?: Usage }>(
  /** What a client writes; `first`: what the provider would rather be asked in. */
  formatOf: (body: JsonObject, first: EndpointFormat<Request, Reply>) => EndpointFormat<Request, Reply>,
  servedBy: (provider: Provider) => readonly ServedFormat<EndpointFormat<Request, Reply>>[],
): (request: PlannedRequest) => EndpointPlan | undefined {
  return ({ provider, body, callId, asked, model }) => {
    const served = servedBy(provider)
    const [first] = served
    if (first === undefined) return undefined
    const client = formatOf(body, first.format)
    const own = served.find(({ format }) => format === client)
    const target = own ?? first
    const { format, beside } = target
    const path = target.path.replace('{model}', () => encodeURIComponent(model.toWellFormed()))
    if (own !== undefined) {
      const renamed = format.renamed?.(body, asked, model)
      return { path, beside, dropped: [], ...(renamed === undefined ? {} : { body: renamed }) }
    }
    const request = client.decodeRequest(body)
    const { body: written, unsaid } = format.encodeRequest(request, model)
    return {
      path,
      beside,
      body: written,
      dropped: [...request.other, ...unsaid.map((name) => client.names[name] ?? name)],
      reply(answer) {
        const reply = format.decodeReply(answer)
        const answered = client.encodeReply(reply, { request, model: asked, callId })
        return { body: answered, ...(reply.usage === undefined ? {} : { usage: reply.usage }) }
      },
    }
  }
}

/** Those of `settings` that are given. */
export function givenNames<Name extends string>(
  request: Readonly<Partial<Record<Name, unknown>>>,
  settings: readonly Name[],
): Name[] {
  return settings.filter((name) => request[name] !== undefined)
}
