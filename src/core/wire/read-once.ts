import { type JsonValue, parseJson } from './json.ts'

/** A message that several look at: read when the first wants to know, and once. */
export interface ReadMessage {
  readonly bytes: Buffer
  text(): string
  /** `undefined`: it is no JSON. */
  json(): JsonValue | undefined
}

export function readOnce(bytes: Buffer): ReadMessage {
  let text: string | undefined
  let json: { readonly value: JsonValue | undefined } | undefined
  const message: ReadMessage = {
    bytes,
    text() {
      text ??= bytes.toString('utf8')
      return text
    },
    json() {
      json ??= { value: parseJson(message.text()) }
      return json.value
    },
  }
  return message
}
