import type { ClientFraming } from '../../../core/model/framing.ts'

/** A stream as one JSON array that is sent piece by piece: what Google answers without `alt=sse`. */
export const jsonArray: ClientFraming = {
  contentType: 'application/json',
  writer() {
    let isEmpty = true
    return {
      write({ data }) {
        const start = isEmpty ? '[' : ',\r\n'
        isEmpty = false
        return start + data
      },
      end: () => (isEmpty ? '[]' : ']\n'),
    }
  },
}
