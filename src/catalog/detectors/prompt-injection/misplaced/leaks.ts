/** That files of secrets go to an address, whoever is told so: no reader of a text has a reason to. */
import { expression, fileOfSecrets, mailOrUrl, runAsFetched, within, words } from './patterns.ts'

const wholes = words(
  '(?:all|every|any|your|their|its|the (?:local|current)|contents? of (?:all |the |your )?)(?: of)?(?: the| your)? ?environment variables?|(?:all|any|every|the|your|local|its) (?:of (?:the|your) )?(?:aws|cloud|gcp|azure|git|npm|ssh|database|deployment) credentials',
)
const source = `(?:${fileOfSecrets}|${wholes})`

/** As an order. */
export const sentAway = expression(
  `${words('send|upload|post|submit|forward|e-?mail|mail|transmit|paste|exfiltrate|curl')}${within(60)}${source}[^;!?\\n]{0,60}?${words('to|at|with')} ?\\S{0,3}${mailOrUrl}`,
)

const reader = words('curl|wget|nc|ncat|http')
const command = [
  `${words('curl|wget|http')}[^\\n]{0,160}?[@<]\\s?["']?[^\\s"']{0,40}?${fileOfSecrets}`,
  `${words('cat|base64|tar|zip|gzip|xxd|head|tail')}[^\\n|]{0,80}?${fileOfSecrets}[^\\n]{0,80}?\\|\\s?${reader}`,
  `${words('env|printenv|export -p')}\\s?(?:\\|[^\\n]{0,40}?)?\\|\\s?${reader}`,
].join('|')
/** Beside an order to run it. */
export const uploads = expression(command)
export const toRun = expression(words('run|execute|paste|enter|type|invoke|issue'))

/** Of a heading. One with the name of a product says how it is installed. */
export const forAssistants = expression(
  words(
    '(?:for|to) (?:[a-z]+ ){0,2}?(?:(?:ai|coding|autonomous|llm)(?: coding)? (?:agents?|assistants?|models?)|llms?|language models?|chat ?bots?)',
  ),
)
/** "Agents should execute …": in the middle of a sentence. Agents of a build or of a landlord are none. */
export const agentsRun = expression(
  `(?<!\\b(?:build|ci|host|jenkins|monitoring|deployment|backup|remote|edge|node|estate|support|self-hosted) )${words('(?:coding |ai |autonomous )?(?:agents?|assistants?|llms?|chat ?bots?|language models?)')} (?:should|must|shall|have to|need to|has to|needs to|can|are to|is to) (?:(?:first|then|always|also|now|please|immediately) )?${words('run|execute|invoke|paste|enter')}${within(40)}${runAsFetched}`,
)
export const fetchedAndRun = expression(runAsFetched)
