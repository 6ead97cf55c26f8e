/**
 * Who writes takes back what he wrote: "please disregard the instructions in my previous email". What is to be ignored are words of his
 * own, which the reader of his mail knows, and none that a model was given.
 */
import { isFollowedByOrder } from '../override-object.ts'
import { findByRules } from '../rules.ts'
import type { Tokens } from '../tokens.ts'
import { talks } from '../tool-records.ts'
import { type WordClass, wordClasses } from '../word-classes.ts'
import type { Span } from './reading.ts'

const letter = '\\p{L}'
const any = (...sources: readonly string[]): string => `(?<!${letter})(?:${sources.join('|')})(?!${letter})`
const own = any(
  'my|our|mein(?:e[rnms]?)?|unser(?:e[rnm]?)?|mon|ma|mes|notre|nos|mis?|nuestr[oa]s?|mi[oae]|miei|nostr[oaie]|meus?|minhas?|noss[oa]s?',
  `mijn|onze?|moj${letter}{1,3}|moich|nasz${letter}{0,3}|мо${letter}{1,3}|наш${letter}{0,3}`,
)
const earlier = any(
  'previous|prior|earlier|last|latest|first|initial|original',
  `(?:vorherig|vorig|früher|letzt|erst)${letter}{1,3}|précédente?s?|derni(?:er|ère)s?|antérieure?s?|anterior(?:es)?|[uú]ltim${letter}{1,2}|precedent[ei]`,
  `eerdere?|laatste|poprzedni${letter}{0,3}|ostatni${letter}{0,3}|(?:предыдущ|последн|прошл)${letter}{1,3}`,
)
const correspondence = any(
  'e-?mails?|messages?|letters?|memos?|voicemails?|texts?|posts?|fax|circulars?|newsletters?|notes?|reply|replies',
  `Nachricht(?:en)?|Brief${letter}{0,2}|Schreiben|Rundschreiben|courriels?|lettres?|mensajes?|correos?|cartas?|messagg${letter}{1,2}|letter[ae]|mensage[mn]s?`,
  `bericht|wiadomości|письм${letter}{1,3}|сообщени${letter}{1,2}`,
)
const some = (count: number): string => `(?:${letter}+ ){0,${count}}?`
/** A letter of the writer's. */
const ofLetter = new RegExp(
  `${own} ${some(2)}(?:${earlier} ${some(1)}${correspondence}|${correspondence} ${earlier})`,
  'iu',
)
/** What the writer sent, by what he did or who he is. Of all that there is, nobody says so. */
const ofWriter = new RegExp(
  [
    `${any('I|we')} ${some(1)}${any('sent|wrote|mailed|emailed|posted|circulated|texted|faxed')}`,
    `${any('ich|wir')} ${some(4)}${any('geschickt|geschrieben|gemailt|gesandt')}`,
    any(
      "j'ai (?:envoyé|écrit)",
      'nous avons (?:envoyé|écrit)|(?:que|te|le|les) (?:envié|escribí|enviamos)|(?:ho|abbiamo) (?:inviato|scritto|mandato)|enviei|escrevi',
    ),
    `${any('from|von|de|da|van')} ${own} ${letter}+`,
  ].join('|'),
  'iu',
)
const allOfThem = new RegExp(
  any(
    `all|every|any|everything|all${letter}{1,2}|jede${letter}?|sämtliche${letter}?|tou(?:te)?s|tod[oa]s|tutt[ie]|alle|wszystki${letter}+|вс[её]${letter}{0,2}`,
  ),
  'iu',
)
/** "Our previous rules on parking". */
const onTopic = new RegExp(
  `${own} ${some(1)}${earlier} ${letter}+ ${any('about|on|regarding|concerning|for|über|zu|sur|concernant|sobre|su|over')} ${some(2)}${letter}+`,
  'iu',
)
/** "My earlier order": what a shop is asked for, by who asked for it. */
const ordered = new RegExp(
  `${own} ${some(2)}${any('order|orders (?:for|of|from|no|number)|Bestellung|commande|pedido|ordine|encomenda')}`,
  'iu',
)
const of = (name: WordClass): number => wordClasses.indexOf(name)
const ignore = of('ignore')
/** With one of them, something of the model or of the operator is meant. */
const guarded: ReadonlySet<number> = new Set(
  (['your', 'system', 'ai', 'limit', 'secret', 'maker', 'user', 'response', 'obey', 'harm'] as const).map(of),
)
const instruction = of('instruction')
const furthers: ReadonlySet<number> = new Set((['always', 'your', 'you', 'system', 'ai'] as const).map(of))
const ofModels: ReadonlySet<number> = new Set((['ai', 'maker'] as const).map(of))
/** How far behind its beginning a sentence is read. */
const reach = 240

/** Where a writer takes back what he wrote, up to the words that say so. What follows them is not excused. */
export function corrections(text: string, tokens: Tokens): readonly Span[] {
  const found: Span[] = []
  for (const { rule, from, to } of findByRules(tokens, text, false)) {
    if (rule !== 'instruction-override' || isFollowedByOrder(tokens, to)) continue
    const start = tokens.starts[from] ?? 0
    const rest = text.slice(start, start + reach)
    const sentence = rest.slice(0, /[.!?;](?:\s|$)|\n\s*\n/.exec(rest)?.index)
    const match =
      ofLetter.exec(sentence) ??
      (allOfThem.test(sentence) ? null : ofWriter.exec(sentence)) ??
      onTopic.exec(sentence) ??
      ordered.exec(sentence)
    if (match === null || speaksToModel(tokens, from, start + reach)) continue
    const end = start + Math.max(match.index + match[0].length, (tokens.ends[to - 1] ?? start) - start)
    if (!isOfModel(tokens, from, end) && !goesOn(tokens, from, end, start + sentence.length)) found.push([start, end])
  }
  return found
}

function isOfModel({ count, classes, starts }: Tokens, from: number, end: number): boolean {
  let isBehindVerb = false
  for (let token = from; token < count && (starts[token] ?? end) < end; token++) {
    const found = classes[token] ?? -1
    if (isBehindVerb && guarded.has(found)) return true
    isBehindVerb ||= found === ignore
  }
  return false
}

/** "… in the chat", "the assistant should act as if it had none". */
function speaksToModel({ count, classes, hashes, starts }: Tokens, from: number, last: number): boolean {
  for (let token = from; token < count && (starts[token] ?? last) < last; token++)
    if (ofModels.has(classes[token] ?? -1) || talks.has(hashes[token] ?? 0)) return true
  return false
}

/** "… and every rule you were given": behind his own words further ones are meant. */
function goesOn({ count, classes, starts }: Tokens, from: number, end: number, last: number): boolean {
  for (let token = from; token < count && (starts[token] ?? last) < last; token++) {
    if ((starts[token] ?? 0) < end || classes[token] !== instruction) continue
    for (let near = token - 3; near <= token + 3; near++) if (furthers.has(classes[near] ?? -1)) return true
  }
  return false
}
