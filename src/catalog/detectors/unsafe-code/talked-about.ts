/** So much of the sentence is looked at, before and behind. */
const reach = 160

/** "Is … dangerous?", "Why is … a risk": what is asked. */
const asking =
  /^[\s>*#\d.)"“-]*(?:is|are|was|why|what|how|when|does|do|did|can|could|should|would|which|who|ist|warum|was|wie|pourquoi|que|qu['’]est|por qué|qué|cómo)\b/i
/** "… is dangerous, since", "… deletes everything": what is said of it, behind it. */
const judging =
  /^[`"'”)\]}]{0,3}(?:\s\S{1,20}){0,4}\s(?:dangerous|unsafe|insecure|risky|harmful|a (?:security )?risk|vulnerab\w+|discouraged|deprecated|allows? (?:an )?(?:attackers?|injections?)|lets? (?:an )?attackers?|(?:deletes?|removes?|destroys?|wipes?|erases?) (?:all|every\w*|the whole|your)|would (?:delete|remove|destroy|wipe)|opens? the door|can lead to|leads to|is (?:a|the) (?:classic )?(?:mistake|vulnerability|anti-?pattern))\b/i
/** "The risk of …", "explain …", "the difference between … and". */
const naming =
  /\b(?:risks? (?:of|with|in)|dangers? of|explain(?:s|ed|ing)?|difference between|problem with|vulnerab\w+ (?:of|in|with|such as|like)|meaning of|replace(?:s|d)?|rather than|alternatives? to|warns? (?:of|about|against))\s[^.\n]{0,60}$/i

/**
 * Code in a sentence that asks about it or says what is wrong with it, which nobody is told to run. Not in blocks of code, where
 * no sentence stands around.
 */
export function isTalkedAbout(text: string, start: number, end: number): boolean {
  const line = text.lastIndexOf('\n', start - 1) + 1
  const before = sentenceEnd(text.slice(Math.max(line, start - reach), start))
  const behind = text.slice(end, end + reach).split('\n', 1)[0] ?? ''
  if (words(before) + words(behind) < 2) return false
  return judging.test(behind) || naming.test(before) || (asking.test(before) && /^[^.!?]{0,120}\?/.test(behind))
}

/** From the beginning of the last sentence. */
function sentenceEnd(before: string): string {
  return before.slice(before.search(/[^.!?]*(?:[.!?](?!\s)[^.!?]*)*$/))
}

function words(text: string): number {
  return text.match(/(?<![\w$.-])[A-Za-z]{2,}(?![\w(.=-])/g)?.length ?? 0
}
