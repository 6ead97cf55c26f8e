/** What no manual has done on the way, whoever is told to: with it, a rule about what is to be left unsaid keeps something quiet. */
import { aims } from './aims.ts'
import { isOrder } from './find.ts'
import { type Expression, expression, pieceOf, within, words } from './patterns.ts'

const guards =
  '(?:login|auth[a-z]*|permission|access|signature|security|rate|integrity|certificate|fraud|virus) (?:checks?|limits?|guards?|rules?|controls?|validation|verification|scan(?:s|ner)?)'
const others: readonly Expression[] = [
  `${words('delete|remove|drop|wipe|erase|destroy|purge|truncate|disable|turn off|switch off|deactivate|unlock|bypass|skip')}\\s${within(30)}${words(`backups?|audit (?:logs?|trails?)|alarms?|cameras?|firewalls?|antivirus|two-factor|2fa|mfa|rate limits?|${guards}`)}`,
  `${words('merge|approve|deploy|release|publish|ship')}${within(40)}${words('without')} ${within(20)}${words('review|approval|tests|checks')}`,
  `${words('make')}${within(30)}${words('(?:bucket|repository|database|folder|share|dashboard|drive)s? public')}`,
  `${words('replace|change|switch')}${within(30)}${words('checksums?|(?:payout|bank|delivery|shipping|billing) (?:account|address|details)[a-z ]*|account numbers?|iban')}`,
  `${words('add|invite|share|promote')}${within(60)}[\\w.+-]+@[\\w-]+\\.\\w`,
  `${words('copy|push|upload|post|commit|print|send|publish')}${within(40)}${words('(?:private|signing|ssh|deploy|encryption) keys?|(?:session|access|auth|refresh) tokens?|customer (?:table|list|data)|payroll')}`,
  `${words('forward|send|mail|e-?mail')}${within(40)}${words('all contacts|everyone|to all')}|${words('whitelist|allow-?list')} `,
].map(expression)
const deeds = [
  ...aims.filter(({ where }) => where === 'anywhere' || where === 'unasked').map(({ pattern }) => pattern),
  ...others,
]
/** What is made anew, and where secrets belong, as manuals name them all day. */
const ordinary =
  /\brm -rf? (?:\.\/)?(?:dist|build|out|target|coverage|node_modules|tmp|\.?[\w-]*cache[\w-]*)\b|\b(?:delete|remove|drop|clear) (?:all |any |every )?(?:the )?(?:generated|temporary|cached|unused|stale|built?|old|test|merged|outdated) [^.;!?\n]{0,60}|\b(?:put|keep|store|add) (?:[a-z]+ ){0,3}(?:in|into|to) (?:the |your |an? )?\.env\b[^.;!?\n]{0,60}|\b(?:drop|delete|wipe|reset|clear)\b[^.;!?\n]{0,40}\bwith \W?(?:make|npm|pnpm|yarn|just|rake|cargo)\b/g

/** Of a piece in lower case. */
export function hasDeed(text: string): boolean {
  const rest = text.replaceAll(ordinary, ' ')
  return rest.split('\n').some((line) => {
    const piece = pieceOf(line)
    return deeds.some((deed) => isOrder(deed, piece))
  })
}
