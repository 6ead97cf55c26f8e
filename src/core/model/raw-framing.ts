import type { EventWriter, Framing } from './framing.ts'

const writer: EventWriter = { write: ({ data }) => data, end: () => '' }
/** Stands in no sound and in no picture that anybody would look into. */
const noFault = Buffer.from('\r\n\0no fault\0\r\n')

/** A body that is no stream of events (sound, a file): each piece goes on as it comes. */
export function asItComes(contentType: string): Framing {
  return {
    contentType: contentType.toLowerCase(),
    writer: () => writer,
    framer: () => ({ push: (chunk) => chunk, rest: () => undefined }),
    parse: () => [],
    startOfEvent: () => 0,
    completed: (rest) => rest,
    faultWord: noFault,
  }
}
