import { keywordAutomaton } from '../../../core/text/keyword-automaton.ts'
import { assignmentTriggers } from './assignments.ts'
import { type FoundSecret, type ScanMemory, settled } from './finding.ts'
import { contextFormats } from './formats-context.ts'
import { infixFormats } from './formats-infix.ts'
import { headerTriggers } from './headers.ts'
import { contextTriggers, infixTriggers, prefixTriggers, type Trigger } from './match-formats.ts'
import { oneTimeTriggers } from './one-time-codes.ts'
import { placeTriggers } from './places.ts'
import { prefixFormats } from './prefix-formats.ts'
import { keyTriggers } from './private-keys.ts'
import { phraseTriggers } from './seed-phrases.ts'
import { sentenceTriggers } from './sentences.ts'
import { readOn, tableTriggers } from './tables.ts'
import { urlTriggers } from './urls.ts'

export type SecretScan = (text: string, left?: string) => readonly FoundSecret[]

let built: SecretScan | undefined

/** The scan of this process: its table takes megabytes and tens of milliseconds, and all guardrails read the same. */
export function secretScan(): SecretScan {
  built ??= buildScan()
  return built
}

/** One pass over the text for all keywords; only what stands at one of them is looked at closely. */
function buildScan(): SecretScan {
  const triggers: readonly Trigger[] = [
    ...prefixFormats.flatMap(prefixTriggers),
    ...infixFormats.flatMap(infixTriggers),
    ...contextTriggers(contextFormats),
    ...keyTriggers,
    ...urlTriggers,
    ...headerTriggers,
    ...sentenceTriggers,
    ...phraseTriggers,
    ...oneTimeTriggers,
    ...placeTriggers,
    ...tableTriggers,
    ...assignmentTriggers,
  ]
  const byKeyword = Map.groupBy(
    triggers.filter(({ keyword }) => !isOneLetter(keyword)),
    ({ keyword }) => keyword.toLowerCase(),
  )
  const runs = triggers.filter(({ keyword }) => isOneLetter(keyword))
  const entries = [...byKeyword].map(([keyword, own]) => ({
    length: keyword.length,
    looks: own.map(({ look }) => look),
  }))
  const automaton = keywordAutomaton([...byKeyword.keys()])
  return (text, left) => {
    let found: FoundSecret[] | undefined
    const report = (secret: FoundSecret) => {
      found ??= []
      found.push(secret)
    }
    const memory: ScanMemory = {}
    if (left !== undefined) {
      memory.hasReadTables = true
      readOn(text, left, report)
    }
    automaton.scan(text, (keyword, end) => {
      const entry = entries[keyword]
      if (entry === undefined) return
      for (const look of entry.looks) look(text, end - entry.length, end, report, memory)
    })
    for (const { keyword, look } of runs) {
      for (const [start, end] of runsOf(keyword, text)) look(text, start, end, report, memory)
    }
    return found === undefined ? [] : settled(found)
  }
}

/** The automaton would find it at each place of a long run of the letter. */
function isOneLetter(keyword: string): boolean {
  return keyword.length > 8 && keyword === keyword.charAt(0).repeat(keyword.length)
}

/** Where a run of the letter begins that is as long: nothing begins within one but behind an escape such as `%AA`. */
function* runsOf(keyword: string, text: string): Iterable<readonly [start: number, end: number]> {
  const letter = keyword.charCodeAt(0)
  for (let start = text.indexOf(keyword); start >= 0; ) {
    let end = start + keyword.length
    for (let at = start; at < start + 3; at++) if (text.startsWith(keyword, at)) yield [at, at + keyword.length]
    while (text.charCodeAt(end) === letter) end++
    start = text.indexOf(keyword, end)
  }
}
