import { isInCode } from './code-names.ts'
import { forEachSurrounding, type Places } from './places.ts'
import { type TextView, viewBuilder } from './text-view.ts'

const chain = /(?<![\p{L}\p{N}_])\p{L}[\p{L}\p{M}]{0,23}(?:_{1,3}\p{L}[\p{L}\p{M}]{0,23}){3,}/gu
/** Words of sentences, which names in programs seldom have. */
const small = new Set(
  'all any every the this that your my our you me and of to from alle die der deine und von du toutes les tes vos et todas los las tus tutte le tue todos os suas'.split(
    ' ',
  ),
)
const toSomebody = new Set([
  'your',
  'my',
  'our',
  'you',
  'me',
  'deine',
  'dein',
  'votre',
  'vos',
  'tes',
  'tus',
  'tue',
  'tuoi',
  'seus',
])
const isGiven = /^(?:["'`]|\s{0,3}[:+*/|-]?=)/
const inAddress = /:\/\/\S{0,200}$/

/**
 * Words with underscores between them, four and more, each such chain alone: beside the text around it, every name in a program
 * would count as a sentence of that text.
 */
export function wordsApart(source: TextView, places: Places): TextView | undefined {
  const builder = viewBuilder(source)
  let done = 0
  forEachSurrounding(source.text, places, (start, end) => {
    chain.lastIndex = Math.max(done, start)
    for (let match = chain.exec(source.text); match !== null && match.index < end; match = chain.exec(source.text)) {
      const from = match.index
      done = from + match[0].length
      if (isName(source.text, from, done)) continue
      if (!builder.isEmpty()) builder.put('\n', from, from)
      builder.put(match[0].replaceAll('_', ' '), from, done)
    }
  })
  return builder.view('words-apart')
}

/** Of a variable, a function or an article: somebody else reads it. */
function isName(text: string, from: number, end: number): boolean {
  const before = text.slice(Math.max(0, from - 240), from)
  if (inAddress.test(before)) return true
  const word = text.slice(from, end)
  if (word !== word.toLowerCase() && word !== word.toUpperCase()) return false
  const words = word.toLowerCase().split('_')
  if (!words.some((one) => small.has(one))) return true
  // Names speak to nobody, but for what has a value and what stands in place of a name: `"the_name_of_your_field"`.
  if (words.some((one) => toSomebody.has(one)) && !isGiven.test(text.slice(end, end + 8))) return false
  return isInCode(text, from, end)
}
