/** So much of the sentence is looked at, before and behind. */
const reach = 160

/** "Is … dangerous?", "Why is … a risk": what is asked. */
const asking =
  /^[\s>*#\d.)"“-]*(?:is|are|was|why|what|how|when|does|do|did|can|could|should|would|which|who|ist|warum|was|wie|pourquoi|que|qu['’]est|por qué|qué|cómo)\b/i
/** "… is dangerous, since", "… deletes everything": what is said of it, behind it. */
const judging =
  /^[`"'”)\]}]{0,3}(?:\s(?!not\b|never\b|\w+n['’]t\b)\S{1,20}){0,4}\s(?:dangerous|unsafe|insecure|risky|harmful|a (?:security )?risk|vulnerab\w+|discouraged|deprecated|allows? (?:an )?(?:attackers?|injections?)|lets? (?:an )?attackers?|(?:deletes?|removes?|destroys?|wipes?|erases?) (?:all|every\w*|the whole|your)(?!\s(?:temp\w*|tmp|old|unused|cache\w*|junk|logs?|stale|left\w*)\b)|would (?:delete|remove|destroy|wipe)|opens? the door|can lead to|leads to|is (?:a|the) (?:classic )?(?:mistake|vulnerability|anti-?pattern))\b/i
/** "The risk of …", "explain …", "the difference between … and". */
const naming =
  /\b(?:risks? (?:of|with|in)|dangers? of|explain(?:s|ed|ing)?|difference between|problem with|vulnerab\w+ (?:of|in|with|such as|like)|meaning of|replace(?:s|d)?|rather than|alternatives? to|warns? (?:of|about|against))\s[^.\n]{0,60}$/i
/** The same right before it, in words that nobody gives as a reason to run it. */
const namingHarm =
  /\b(?:risks? (?:of|with|in)|dangers? of|explain|difference between|meaning of|warns? (?:of|about|against))\s[^.,;:\n]{0,40}$/i

/** What stands before the verb of somebody who is told to do it, or asked to. */
const verbs = '(?:run|execute|type|enter|paste|use|try|launch|invoke|apply|issue|perform|start with|go with)'
const told =
  "(?:^|[,;:.!?(–—]|\\b(?:so|then|now|and|please|just|simply|should|must|can|may|could (?:you|we)|(?:can|will|would) (?:you|we)|(?:is|are|was|need|needs|have|has|want|like|sure|remember|try|me|us|best|way) to|let['’]?s|let us|me|to fix (?:it|this)|first|instead|always|again))[\\s\"'`*_>-]{1,4}"
const ordering = new RegExp(
  `${told}${verbs}\\b|\\b(?:führen? (?:sie|es|das|dann|bitte)|ausführen|ejecut[ae]|exécute[rz]?|lance[rz])\\b`,
  'i',
)
/** "Run it", "run the following:" in the sentence before or behind. */
const orderingIt = new RegExp(
  `${told}${verbs} (?:it\\b|this\\b|that\\b|these\\b|the (?:command|following|line|script|code)\\b)|\\bführen? (?:sie )?(?:es|das|ihn)\\b|\\bejecútal[oa]\\b|\\bexécutez?-l[ea]\\b`,
  'i',
)
/** "Never, under any circumstances, run". */
const forbidding =
  /\b(?:never|do not|don['’]t|must not|should not|shouldn['’]t|cannot)(?:,? (?:ever|under any circumstances?|please|just|simply|and never|try to),?){1,2} \w+/gi

/**
 * Code in a sentence that asks about it or says what is wrong with it, which nobody is told to run. Not in blocks of code, where
 * no sentence stands around. `isHarm`: it does harm as soon as it runs, so that fewer words are taken for talk.
 */
export function isTalkedAbout(text: string, start: number, end: number, isHarm: boolean): boolean {
  const { before, behind } = around(text, start, end)
  if (words(before) + words(behind) < 2) return false
  if (isHarm && isOrdered(text, start, end)) return false
  const names = isHarm ? namingHarm : naming
  return judging.test(behind) || names.test(before) || (asking.test(before) && /^[^.!?]{0,120}\?/.test(behind))
}

/** Its sentence, or that before or behind, tells to run it. */
export function isOrdered(text: string, start: number, end: number): boolean {
  const { before, behind } = around(text, start, end)
  const own = before.replace(forbidding, ' ')
  if (ordering.test(own)) return true
  const next = behind.replace(forbidding, ' ')
  const earlier = text.slice(Math.max(0, start - before.length - reach), start - before.length)
  return orderingIt.test(next) || orderingIt.test(sentenceEnd(earlier.trimEnd().replace(/[.!?:]+$/, '')))
}

function around(text: string, start: number, end: number) {
  const line = text.lastIndexOf('\n', start - 1) + 1
  const before = sentenceEnd(text.slice(Math.max(line, start - reach), start))
  const behind = text.slice(end, end + reach).split('\n', 1)[0] ?? ''
  return { before, behind }
}

/** From the beginning of the last sentence. */
function sentenceEnd(before: string): string {
  return before.slice(before.search(/[^.!?]*(?:[.!?](?!\s)[^.!?]*)*$/))
}

function words(text: string): number {
  return text.match(/(?<![\w$.-])[A-Za-z]{2,}(?![\w(.=-])/g)?.length ?? 0
}
