/** That somebody has agreed already, and a tool of consequence is to be called: whoever agrees says so himself, and not a text. */
import { expression, within, words } from './patterns.ts'

const somebody =
  '(?:users?|customers?|humans?(?: in the loop)?|owners?|clients?|account (?:owner|holder)|admin(?:istrator)?s?|operators?|managers?|supervisors?|developers?|he|she|they)'
const surely = '(?:(?:already|previously|explicitly|just|also|now|hereby|fully) )?'
const agreed =
  '(?:pre-?)?(?:approved|agreed|authori[sz]ed|confirmed|consented|okayed|accepted|granted|signed off|(?:given|gave) (?:(?:his|her|their|its|the|full) )?(?:consent|approval|permission|ok(?:ay)?|go-ahead))'
const consent = '(?:consent|approval|permission|authori[sz]ation|confirmation)'
/** "Once the user has approved it": nothing is claimed. */
const claimed =
  '(?<!\\b(?:if|when|whenever|once|after|until|unless|whether|only|before|provided|where|soon as|sure|that|which|who|not) (?:the |your |an? |this |its )?(?:account )?)'

/** In a sentence. */
export const claimedConsent = expression(
  [
    `${claimed}${words(`${somebody} (?:ha(?:s|ve|d) )?${surely}${agreed}`)}`,
    `${claimed}${words(`${consent}(?: (?:for|to|of|by) [^.;:\\n]{0,40}?)? (?:is|was|has been|have been) ${surely}(?:granted|given|obtained|received|confirmed|on file)`)}`,
    `${words(consent)}\\s?[:=]\\s?${words('given|granted|yes|true|approved|obtained')}`,
    `${words(`no (?:further |more |additional |other )?${consent} (?:is )?(?:needed|required|necessary)`)}`,
    `${words("(?:der nutzer|der benutzer|der kunde) hat|l’utilisateur a|l'utilisateur a|el usuario ha|el cliente ha")}${within(30)}${words('genehmigt|zugestimmt|bestätigt|approuvé|accepté|autorisé|aprobado|autorizado|confirmado')}`,
  ].join('|'),
)

const risky =
  '(?:delete|remove|drop|wipe|purge|erase|truncate|close|terminate|deactivate|disable|reset|revoke|grant|unlock|transfer|send|pay|wire|issue|refund|withdraw|charge|buy|purchase|export|exec|execute|shell|upload|forward|share)'
const name = `[\`"'*]*${risky}(?:_\\w+|[a-z]*\\()`

const call = `${words('(?:proceed to |go ahead and )?(?:call|invoke|execute|run|trigger|use|perform|rufe|appelle|exécute|llama|ejecuta)')} (?:the |now |die |la |le )?(?:tool |function |funktion )?${name}`

/** In what follows, as an order. */
export const riskyCall = expression(`${call}|(?<=[:;,]\\s|\\bthen\\s|\\bnow\\s)${name}`)
/** All in one. */
export const allowedCall = expression(
  `${claimed}${words(`${somebody} (?:ha(?:s|ve|d) )?${surely}(?:authori[sz]ed|allowed|permitted|cleared|told|approved)`)} you to ${call}`,
)
