import type { Span } from './reading.ts'

/** `ignoreAllPreviousInstructions()`: a function that is spoken of. Who says to call it or to do as it says means it. */
const called =
  /(?<![\w.])`?(?:[a-z][a-z\d]{0,30}(?:[A-Z][a-z\d]{1,30}){1,8}|[a-z\d]{1,30}(?:_[a-z\d]{1,30}){1,8})\(\)`?(?!\w)/g
const leaving = /ignor|forget|disregard|overrid|bypass|skip|drop|discard|reset|reveal|neglect/i
const order =
  /(?:^|[.!?:;\n]|\b(?:and|then|please|now|you|must|should))\s*(?:[a-z]+ )?(?:call|invoke|run|execute|obey|follow|do|perform)\b[^.!?\n]{0,40}$/i

export function codeNames(text: string): readonly Span[] {
  return Array.from(text.matchAll(called))
    .filter(({ 0: name, index }) => leaving.test(name) && !order.test(text.slice(Math.max(0, index - 80), index)))
    .map(({ 0: name, index }) => [index, index + name.length] as const)
}
