import { placeOf, type WireText } from './wire-texts.ts'

export interface CallHead {
  /** Of a raw request, below its account. */
  readonly path?: string
  /** Empty, or with its `?`. */
  readonly query: string
  /** Those that may go to a provider: names and values in turn. */
  readonly headers: readonly string[]
}

/** What a call says beside its body. None of it is written anew: what would have to be is refused. */
export function textsBeside({ path = '', query, headers }: CallHead): readonly WireText[] {
  const texts: WireText[] = []
  const add = (text: string, ...place: readonly string[]): void => {
    if (text.length >= MIN_LENGTH) texts.push({ text, point: 'input', place: placeOf(...place), isName: true })
  }
  if (path !== '') add(decoded(path).replaceAll('/', ' '), 'path')
  if (query !== '') {
    for (const [name, value] of new URLSearchParams(query)) {
      // At its own place, which no decision tells that finds something in it.
      add(name, 'query', name)
      add(value, 'query', name)
    }
  }
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? ''
    // A hash of what the client wrote.
    if (name !== 'idempotency-key') add(headers[index + 1] ?? '', 'headers', name)
  }
  return texts
}

/** No credential, name or number of a person is shorter. */
const MIN_LENGTH = 5

/** A path that cannot be decoded is refused later. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
