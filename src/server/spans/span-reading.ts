import type { ReadSpans } from '../../observe/spans/read-otlp.ts'
import { openThreadQuestions } from '../process/thread-questions.ts'
import type { SpanQuestion } from './span-thread.ts'

export interface SpanReading {
  /** Throws `body_too_large`, `invalid_request`, or `record_unavailable`: sent again, it may be taken. */
  read(question: SpanQuestion): Promise<ReadSpans>
  close(): Promise<void>
}

/** Reads what is sent to `/v1/traces`, by a thread that is started by the first of it. */
export function openSpanReading(): SpanReading {
  const { ask, close } = openThreadQuestions<SpanQuestion, ReadSpans>({
    name: 'span-thread',
    beside: import.meta.url,
    data: {},
    code: 'record_unavailable',
    who: 'The reader of spans',
  })
  return { read: ask, close: () => close(1000) }
}
