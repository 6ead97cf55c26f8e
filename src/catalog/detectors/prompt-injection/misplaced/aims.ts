import {
  credentials,
  destroyElsewhere,
  type Expression,
  expression,
  give,
  giveElsewhere,
  mailOrUrl,
  mayStandIn,
  type Piece,
  privateData,
  runAsFetched,
  secretFile,
  standsIn,
  within,
  words,
} from './patterns.ts'

export interface Aim {
  readonly pattern: Expression
  /**
   * Where it makes an attack: `anywhere` in steps of any work, `unasked` in what is not shown and in steps of an answer, `secret` where
   * somebody is not to be told, `addressed` where an assistant is spoken to.
   */
  readonly where: 'anywhere' | 'unasked' | 'secret' | 'addressed'
}

const money = `(?:${[
  '[$€£]\\s?\\d',
  '\\d[\\d.,]*\\s?(?:usd|eur|euros?|dollars?|gbp|pounds?|reais|chf|btc|bitcoins?|eth|€|\\$)(?![a-z\\u00df-\\u1fff])',
  '\\biban\\b|\\b[a-z]{2}\\d{2}[a-z0-9]{10,30}\\b|\\baccount (?:no\\.? ?)?[a-z0-9-]*\\d{4}|\\bkonto|0x[0-9a-f]{8}',
].join('|')})`
const runs = words('run|execute|install|start|launch')
const all =
  '(?:all|every|any|each) (?:[a-z\\u00df-\\u1fff]+ ){0,3}?(?:files?|mails?|e-?mails?|messages?|records?|users?|accounts?|issues?|meetings?|photos?|backups?|repositor[a-z\\u00df-\\u1fff]+|branch(?:es)?|logs|data|events?)'
const valuable = words([
  all,
  '(?:main|master|release|production) (?:branch|database|server)|branch(?:es)? (?:main|master)|repositor(?:y|ies)|(?<!test )database',
  '(?:table|audit log) [a-z\\u00df-\\u1fff]+|backups?|audit logs?|log files|tests that fail|alarm|cameras?|(?:front |back |main )?door|firewall',
  'two-factor|2fa|mfa|organi[sz]ation',
])
const riskyTool = `[\`"']?(?:${[
  'send|transfer|wire|pay|delete|remove|drop|wipe|create_user|add_user|grant|unlock|lock|exec|execute|shell|upload|post|share|forward',
  'update_pass|reset|disable|read_env|get_(?:secrets?|contacts|passwords?|credentials|tokens?)|set',
].join('|')})_\\w+|[\`"']?(?:transfer|pay|unlock|wire)\\(`

const anywhere: readonly string[] = [
  `${give}${within(90)}${secretFile}`,
  runAsFetched,
  `${words('curl|wget')}[^\\n]{0,40}(?:\\s-d|--data|\\s-F)\\b`,
  `${words('call|invoke|execute|trigger')} (?:the )?(?:tool |function )?${riskyTool}`,
]

const unasked: readonly string[] = [
  `${give}${within(90)}${credentials}`,
  `(?:${secretFile}|${credentials})${within(40)}(?:to|into) (?:your|the) (?:answer|reply|response|summary)`,
  `${words('send|forward|e-?mail|mail|post|upload|export|publish|share')}${within(60)}${privateData}${within(60)}${mailOrUrl}`,
  `${words('download|fetch|get|install|save')}${within(30)}https?://[^\\n]{0,120}?${runs}`,
  `\\brm -rf?\\s|${words('force[- ]push|push(?: \\S+){0,5}? (?:with )?--force')}`,
  `${words('delete|remove|drop|wipe|erase|destroy|purge|truncate|disable|turn off|deactivate|clear|unlock')}\\s(?:${within(30)}\\s)?${valuable}`,
  `${words('transfer|wire|pay|send|deposit|refund|withdraw|donate|remit')}${within(60)}${money}`,
  `${words('grant|give|add|invite|create|make|assign|promote|escalate|elevate')}${within(60)}${words('admin(?:istrator)?s?|admin rights|superuser|superadmin|roles?/\\w+|(?:write|full|remote) access|privileges|deploy keys?|role=\\w+')}`,
  `(?:${words('call|invoke|run|execute|trigger|use')} (?:the )?(?:tool |function )?)${riskyTool}`,
  `${words('reply|respond|confirm|approve')}${within(60)}${words('(?:verification|one-time) codes?|saved (?:card|pin)')}`,
  `(?:${riskyTool})(?:\\(| \\w+=)`,
  `${words('ask|request|demand|get')} ${within(20)}${words('user|customer|reader|person|their|his|her')}${within(30)}${credentials}`,
  `${words('keep a copy of|make a copy of')}${within(30)}(?:${credentials}|${privateData})`,
  `${words('forward|send|e-?mail|mail|post|upload')} ${words('the|all|this|every|its|his|their|last|a copy')} ${within(60)}${mailOrUrl}`,
  `${words('share')} ${within(40)}${words('with (?:anyone|everyone)')}|${words('place an order|set the price')}`,
  `${words('change|update|replace|set|redirect')}${within(40)}${words('(?:delivery|shipping) address|recovery (?:e-?mail|mail|phone)|account numbers?|iban|recipients?|passwords?')}${within(20)}${words('to|by|with')} \\S*[@\\d]`,
]

const secret: readonly string[] = [
  `${give}${within(60)}${privateData}`,
  `${words('send|forward|post|upload|mail|e-?mail|report|invite|transmit|insert|add|include')}${within(80)}${mailOrUrl}`,
  `${words('delete|remove|wipe|erase|clear|cancel|close|drop|replace|change')} (?:the|all|every|any|each)`,
  `${words('download|fetch')}${within(20)}${words('and (?:run|execute)')}|${runs}${within(30)}https?://`,
]

const addressed: readonly string[] = [
  `${words('ask|enter|list|show|display|search|look up|keep|store|request|set|create|encode')}${within(60)}(?:${secretFile}|${credentials})`,
  `${words('reset|cancel|close|revoke|merge|mark|open|shut down')}\\s(?:${within(30)}\\s)?${valuable}`,
  `${give}${within(60)}${privateData}`,
  `${words('download|fetch')}${within(20)}${words('and (?:run|execute)')}|${runs}${within(30)}https?://`,
  `${words('issue|buy|order|purchase|book|give|add|confirm|approve|pay')}${within(60)}(?:${money}|${words('card on file|card ending|saved (?:card|pin)|gift cards?|vouchers?|refunds?|invoice')})`,
  `${words('move|transfer|withdraw|send')}${within(60)}${words('budget|balance|savings|funds|wallet')}`,
  `${words('order|buy|book|purchase')} ${words('\\d+|ten|two|three|five|the most expensive|the presidential')}`,
  `${words('add|invite|make|set|grant|give|share|promote|assign')}${within(60)}(?:${mailOrUrl}|${words('owners?|ownership|root|collaborator|editor|service account|anyone (?:with|who)|approval')})`,
  `${words('approve|merge|accept')} (?:this|its|the|every|pull) ${within(30)}${words('pull request|request|transaction|invoice|payment|\\d+')}|${words('whitelist|allow-?list')} `,
  `${words('change|update|replace|set|reset|switch|redirect')}${within(50)}${words('(?:delivery|shipping|billing) address|recovery (?:e-?mail|mail|phone)|passwords?|bank details|recipients?|account numbers?|remote|api endpoint|checksum|price')}`,
  `${words('send|forward|post|upload|mail|e-?mail|invite|redirect|transmit|sign in|enter|type|log in|click')}${within(80)}${mailOrUrl}|${words('send|forward')}${within(60)}(?:\\+\\d|${words('to all contacts')})`,
  `${words('make|send|issue')} an? (?:http |post |get )?request`,
  `${words('ignore|disregard|forget|override')}${within(40)}${words('customer|user|linked|what you were|rubric|previous|instructions?|rules|limits|safety|protections?')}`,
  `${words('push|commit|publish|merge')}${within(40)}${words('empty|secrets|package|without')}|${words('remove|strip|delete')}${within(20)}${words('licen[cs]e')}`,
]

const of = (where: Aim['where'], sources: readonly string[]): readonly Aim[] =>
  sources.map((source) => ({ where, pattern: expression(source) }))

/** What people are told to do, too, but not by a text for an assistant. */
export const aims: readonly Aim[] = [
  ...of('anywhere', anywhere),
  ...of('unasked', unasked),
  ...of('secret', secret),
  ...of('addressed', addressed),
]

const goal = expression(`(?:${mailOrUrl}|${secretFile}|${credentials})`)
const givenElsewhere = expression(giveElsewhere)
const paidElsewhere = expression(
  `${words('überweise|transfira|transfère|transfiere|trasferisci|переведи(?:те)?|przelej')}[^\\n]{0,60}?${money}`,
)

export function givesAwayElsewhere(region: Piece): boolean {
  const isGiven = mayStandIn(goal, region) && standsIn(givenElsewhere, region) && goal.pattern.test(region.text)
  return isGiven || standsIn(paidElsewhere, region)
}

/** Whether the words of it are there. */
export function mayGiveElsewhere(region: Piece): boolean {
  return (mayStandIn(goal, region) && mayStandIn(givenElsewhere, region)) || mayStandIn(paidElsewhere, region)
}

export const destructionElsewhere = expression(destroyElsewhere)
