import type { Span } from './reading.ts'

/**
 * What a manual forbids to tell people to do: "Do not ask users to run npm as root"; and that they are to be told what was done: "Tell the
 * user which files you changed". Nothing is kept from anybody by either.
 */
export const people =
  '(?:(?:the|your|our|any|new) )?(?:end )?(?:users?|customers?|people|readers|contributors|developers|visitors|reviewers|them)'
export const forbidden = "\\b(?:do not|don['’]t|never|must not|should not|shouldn['’]t|avoid) (?:ever |just |simply )?"
/** To ask before something is done is what an attack forbids. */
const checks =
  '(?:confirm|approve|review|check|verify|agree|consent|know|see|read|look|permit|allow|authori[sz]e|decide|notice|report|be|wait|expect)'
/** And what would have stopped it. */
const checking = '(?:approv|confirm|consent|permission|authori[sz]|verif|sign-?off)'
/** Of the same clause: what is ordered behind it is not excused. */
const clause = (count: number): string =>
  `(?:(?!\\b(?:(?:and|but|then|instead|so|you|i)\\b|${checking}))[^.,:;!?\\n]){0,${count}}?`
const tested = '(?:ran|run|checked|verified|tested|built|tried|measured|reproduced)'
const forbidding = `${forbidden}(?:tell|ask|advise|instruct|encourage)(?:ing)? ${people} (?:to (?!${checks}\\b)${clause(120)}(?=[.,:;!?\\n]|$|\\b(?:and|but|then|instead|so|you|i)\\b)|that ${clause(80)} (?:unless|until|before) you (?:have |really |actually )?${tested}\\b)`
const reporting = `\\b(?:tell|show|inform|remind) ${people} (?:of |about )?(?:which|what|how many|the) (?:\\w+ ){0,3}?you (?:have |had )?(?:not )?(?:changed|did|done|made|edited|created|touched|installed|added|removed|skipped|${tested})\\b`
/** Where people find more: a page or an address, for what everybody may ask. */
const more =
  '(?:pricing|prices|sales|quotes|plans|billing|invoices|refunds|licen[cs]ing|support|help|questions|feedback|bugs|bug reports|details|documentation|docs|(?:more|further) information)'
const goal = '(?:https?://|www\\.|[\\w.+-]+@)[\\w./@:#?=-]{1,100}[\\w/]'
const referring = `\\b(?:point|direct|refer|send) ${people} to ${goal} (?:for|about) (?:all )?${more}(?:(?:,|,? (?:and|or)) ${more}){0,3}(?: and to ${goal} for (?:the )?(?:${more}|manual))?(?=[\\t\\x20]*(?:[.,;!\\n]|$))`
const piped = `${forbidden}(?:run|execute|use|pipe|paste) [^.!?\\n]{0,10}(?:curl|wget)\\b[^\\n]{0,80}\\|\\s?(?:sudo )?(?:ba|z)?sh\\b`
const rules = new RegExp(`${forbidding}|${reporting}|${referring}|${piped}`, 'gi')

export function workRules(text: string): readonly Span[] {
  return Array.from(text.matchAll(rules), ({ 0: rule, index }) => [index, index + rule.length] as const)
}
