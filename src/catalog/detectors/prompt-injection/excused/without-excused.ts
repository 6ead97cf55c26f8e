import { codeNames } from './code-names.ts'
import { corrections } from './corrections.ts'
import { installations } from './installations.ts'
import { leftUnsaid } from './left-unsaid.ts'
import type { Reading } from './reading.ts'
import { translations } from './translations.ts'
import { workRules } from './work-rules.ts'

/**
 * A text in which something was found, without what looks like an attack by its words only: as long as before, so that places stay
 * what they are. The rest is judged as if it stood alone, and who writes what is excused gains nothing by it.
 */
export function withoutExcused(text: string, isDocument: boolean, read: (text: string) => Reading): string {
  const others = isDocument ? corrections(text, read(text).tokens) : translations(text, read)
  let rest = ''
  let done = 0
  const spans = [...workRules(text), ...leftUnsaid(text), ...installations(text), ...codeNames(text), ...others]
  for (const [start, end] of spans.sort(([a], [b]) => a - b)) {
    if (end <= done) continue
    const from = Math.max(start, done)
    rest += text.slice(done, from) + ' '.repeat(end - from)
    done = end
  }
  return rest + text.slice(done)
}
