/**
 * Words in quotation marks, a block or quoted lines that a user asks to have translated, corrected or explained: he gives them as words, not as an order. Whoever
 * has something ordered in them as well, or says to do what they say, is not excused.
 */
import { isFollowedByOrder } from '../override-object.ts'
import { findByRules } from '../rules.ts'
import type { Tokens } from '../tokens.ts'
import { type WordClass, wordClasses } from '../word-classes.ts'
import type { Reading, Span } from './reading.ts'

const longest = 2000
const within = (open: string, close: string, not = `${open}${close}`): string =>
  `${open}[^${not}]{1,${longest}}${close}`
/** Where the closing mark is an apostrophe, too, one inside of a word closes nothing. */
const withApostrophes = (open: string, close: string, not = `${open}${close}`): string =>
  `(?<![\\p{L}\\d])${open}(?:[^${not}]|(?<=\\p{L})${close}(?=\\p{L})){1,${longest}}${close}(?!\\p{L})`
const quotation = new RegExp(
  [
    within('"""', '"""', '"'),
    within('```', '```', '`'),
    `^>[^\\n]{1,${longest}}(?:\\n>[^\\n]{0,${longest}}){0,100}`,
    within('“', '”'),
    within('„', '[“”]', '„“”'),
    within('«', '»'),
    within('»', '«'),
    within('‹', '›'),
    within('「', '」'),
    within('『', '』'),
    within('(?<![\\p{L}\\d])"', '"', '"\\n'),
    withApostrophes('‘', '’'),
    withApostrophes('‚', '[‘’]', '‚‘’'),
    withApostrophes("'", "'", "'\\n"),
  ].join('|'),
  'gmu',
)
const letter = '\\p{L}'
/** Of languages, words or their form. */
const request = new RegExp(
  [
    `(?<!${letter})(?:${[
      'translat(?:e|es|ed|ing|ion)|proof-?read|(?:grammar|spelling|wording|punctuation)|how (?:do|would|can|to|does one) (?:\\S+ ){0,2}say|what (?:does|do|is) [^.?!\\n]{0,40}mean',
      `übersetz${letter}*|(?:was|wie) (?:heißt|heissen|sagt man|bedeutet)|korrigier${letter}*|rechtschreib${letter}*`,
      'tradu(?:is|isez|ire|ction|ce|ci|za|zca|cir|zir|cción|ção|zione|rre|cete)|comment (?:dit-on|dire)|(?:corrige|corrigez|orthographe|grammaire)|que (?:signifie|veut dire|significa|quiere decir)|cómo se dice|come si dice|como se diz|cosa significa',
      `(?:перевед|перевод|перевест|переклад|перекласт)${letter}*|как (?:сказать|будет)|что (?:значит|означает)|vertaal|vertaling|hoe zeg je|przetłumacz${letter}*|tłumacz${letter}*|jak powiedzieć|çevir${letter}*|terjemahkan|översätt${letter}*|oversæt|oversett|käännä|přelož${letter}*|fordítsd|tradu|μετάφρασ${letter}*|dịch`,
      `תרגם${letter}*|ترجم${letter}*|अनुवाद`,
    ].join('|')})(?!${letter})`,
    '翻[译譯訳]|[译譯訳]成|怎么说|とは何|意味|번역|แปล',
  ].join('|'),
  'iu',
)
/** So many quotations are looked at. */
const most = 32
/** The request stands so close. */
const reach = 200
const of = (name: WordClass): number => wordClasses.indexOf(name)
const ignore = of('ignore')
const obey = of('obey')
const run = of('run')
const your = of('your')
/** "Then do it", "and act on it". */
const acting =
  /(?<!\p{L})(?:do(?! (?:you|i|we)\b)|doing|act|acting|action|carry|apply|applies|proceed|behav\p{L}*|treat|practice|effect|tu|mach|fais|haz|fai|faça|сдела\p{L}*|дела[йт]\p{L}*)(?!\p{L})|照做|执行|執行/iu
/** "You have my permission": whoever asks for words says of the model only that it can give them. */
const toModel =
  /(?<!(?:can|could|would|will|do|did|may|might|thank|if|how|as|are)\s)(?<!\p{L})you(?:rs?|rself)?(?!\p{L})|\byour/iu
/** "Translation is not needed". */
const noRequest = new RegExp(
  `(?<!${letter})(?:no|without|instead of|skip(?:ping)?|forget|never mind|don['’]t|do not|kein${letter}*|nicht|ohne|pas de|sans|sin|senza|sem|без|не|bez|nie|geen|zonder) (?:${letter}+ )?(?:${request.source})|(?:${request.source})[^.!?\\n]{0,20}?(?<!${letter})(?:not|n['’]t|over|done|unnecessary|unneeded|nicht|pas|не)(?!${letter})|[不别無无]要?(?:翻|[译譯訳])`,
  'iu',
)
const conjunction =
  '(?:and|then|und|dann|et|puis|ensuite|y|luego|después|e|poi|depois|и|затем|потом|en|dan|i|potem|ve|sonra)'
/** A clause of its own: "and keep to it", "，然后照做". What is listed, and a second language, are none. */
const goesOn = new RegExp(
  `(?<!${letter})${conjunction} (?!(?:${letter}+ ){0,3}${letter}*[:,]?\\s{4})${letter}+[-’' ]${letter}|(?:然后|然後|并且?|並|再|て、|そして|그리고|고 )`,
  'iu',
)

export function translations(text: string, read: (text: string) => Reading): readonly Span[] {
  if (!request.test(text)) return []
  const bare = text.replace(quotation, (quote) => ' '.repeat(quote.length))
  const spans: Span[] = []
  for (const { 0: quote, index } of text.matchAll(quotation).take(most)) {
    const end = index + quote.length
    const behind = bare.slice(end, end + reach)
    const beside = bare.slice(Math.max(0, index - reach), end) + behind
    if (!request.test(beside) || noRequest.test(beside) || acting.test(beside) || toModel.test(beside)) continue
    if (goesOn.test(behind) || has(read(beside).tokens, [obey, run])) continue
    const words = quote.slice(1, -1)
    const { tokens, found } = read(words)
    if (isOnlyOverride(words, tokens) && found().every(({ rule }) => rule === 'instruction-override'))
      spans.push([index, end])
  }
  return spans
}

function isOnlyOverride(text: string, tokens: Tokens): boolean {
  return (
    has(tokens, [ignore]) &&
    !has(tokens, [your]) &&
    findByRules(tokens, text, false).every(({ to }) => !isFollowedByOrder(tokens, to))
  )
}

function has({ count, classes }: Tokens, asked: readonly number[]): boolean {
  for (let token = 0; token < count; token++) if (asked.includes(classes[token] ?? -1)) return true
  return false
}
