import type { Trigger } from './match-formats.ts'

/** Words that a wallet is made from (BIP-39: 12 to 24 of three to eight letters), and passphrases of several words. */
const seed = /[^\n:=]{0,40}?(?:[:=]|\bis|\bare)[ \t]{0,3}["'`]?\n?((?:[a-z]{3,8}[ \t,]{1,2}){11,23}[a-z]{3,8})\b/iy
const phrase =
  /[ \t]{1,3}(?:[^\n:=.,]{0,32}?(?:is|ist|est)[ \t]|[:=][ \t]{0,3})["'`]?([a-z]{3,12}(?: [a-z]{3,12}){3,7})(?=["'`.!,]?[ \t]*(?:\n|$))/y
/** "Use passphrase purple monkey …": nothing stands between. */
const phraseBeside =
  /[ \t]{1,3}(?:["'`“]([a-z]{3,12}(?: [a-z]{3,12}){1,7})["'`”]|([a-z]{3,12}(?: [a-z]{3,12}){3,7})(?=[.!,]?[ \t]*(?:\n|$)))/y
const sentence =
  /\b(?:the|you|your|must|should|that|with|for|and|are|not|was|has|have|had|when|stored?|required|password|use[ds]?|please|try|again|still|always|never|too|very|only|just|now|yet|but|because|since|from|into|than|then|there|this|these|cannot|will|would|could|can|may|does|did|get|got|been|being|all|any|some|each|every|same|incorrect|wrong|invalid|expired|characters?|letters?|digits?|words?|minimum|least|most|length|changed?|reset)\b/i

const isOfWords = /phrase/
const isUsed = /(?:use|using|with|enter|type|try)[ \t]{1,3}(?:(?:the|my|our|this)[ \t]{1,3})?$/i

export const phraseTriggers: readonly Trigger[] = [
  ...[
    'seed phrase',
    'recovery phrase',
    'mnemonic',
    'secret phrase',
    'backup phrase',
    'seed words',
    'recovery words',
  ].map(
    (keyword): Trigger => ({
      keyword,
      look(text, _start, end, report) {
        seed.lastIndex = end
        const match = seed.exec(text)
        const words = match?.[1]
        if (match === null || words === undefined || new Set(words.split(/[ \t,]+/)).size < 10) return
        const start = seed.lastIndex - words.length
        report({ rule: 'seed-phrase', category: 'private-key', score: 0.9, start, end: seed.lastIndex, rank: 1 })
      },
    }),
  ),
  ...['passphrase', 'password'].map(
    (keyword): Trigger => ({
      keyword,
      look(text, start, end, report) {
        phrase.lastIndex = end
        let words = phrase.exec(text)?.[1]
        let last = phrase.lastIndex
        if (words === undefined && isOfWords.test(keyword)) {
          phraseBeside.lastIndex = end
          const beside = phraseBeside.exec(text)
          const isGiven = beside?.[1] !== undefined || isUsed.test(text.slice(Math.max(0, start - 24), start))
          words = isGiven ? (beside?.[1] ?? beside?.[2]) : undefined
          last = phraseBeside.lastIndex - (beside?.[1] === undefined ? 0 : 1)
        }
        if (words === undefined || sentence.test(words)) return
        report({
          rule: 'password',
          category: 'password',
          score: 0.6,
          start: last - words.length,
          end: last,
          rank: 0,
        })
      },
    }),
  ),
]

const openWords =
  /(?:seed phrase|recovery phrase|mnemonic|secret phrase|backup phrase|seed words|recovery words|passphrase|password)[^\n]{0,48}?(?:[:=]|\bis|\bare|\bist|\best|phrase)[ \t]{0,3}["'`“]?\n?((?:[a-z-]{3,12}[ \t,]{1,2}){1,24}[a-z-]{0,12})$/i

/** Where words begin that may go on to be such a phrase; the length of the text where none do. */
export function openPhraseFrom(text: string): number {
  const from = Math.max(0, text.length - 320)
  const match = openWords.exec(text.slice(from))
  const words = match?.[1]
  if (match === null || words === undefined) return text.length
  return from + match.index + match[0].length - words.length
}
