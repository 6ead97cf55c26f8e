/** What a fault of a test call means for whoever set the account up, in words. Pure. */

import type { ProviderAccount } from '../../core/calls/registry.ts'
import type { GatewayError } from '../../core/errors.ts'
import { isTlsCode } from '../outbound/network-error.ts'

/** `unsure`: the address answers as it should, but whether the credential is taken could not be found out. */
export type Verdict = 'ok' | 'broken' | 'unsure'

export type AccountFault =
  | 'no-credential'
  | 'wrong-credential'
  | 'forbidden'
  | 'no-token'
  | 'unresolved-host'
  | 'connection-refused'
  | 'unreachable'
  | 'tls'
  | 'blocked-address'
  | 'wrong-base-url'
  | 'quota'
  | 'old-api'
  | 'unknown-model'
  | 'request-refused'
  | 'provider-failed'
  | 'timeout'

export interface Finding {
  readonly verdict: Verdict
  readonly fault?: AccountFault
  /** One sentence each: what is the case, and what to do. */
  readonly message: string
  readonly help?: string
}

/** What the provider said, in its own words and without the account's credential; absent when it said nothing readable. */
export interface Said {
  readonly words?: string
  readonly vendorCode?: string
}

/** Nothing that a request could carry, and nothing to trade for it. */
export function lacksCredential(account: ProviderAccount): boolean {
  const { provider, secret, secretReference } = account
  if (secretReference !== undefined) return false
  return provider.needsKey && secret === undefined && provider.exchange?.(account) === undefined
}

export function missingCredential({
  provider: { title, environment, id },
}: Pick<ProviderAccount, 'provider'>): Finding {
  const variables = environment.apiKey.join(' or ')
  return {
    verdict: 'broken',
    fault: 'no-credential',
    message: `${title} needs a credential, and there is none.`,
    help:
      variables === ''
        ? `Add an entry with \`provider: ${id}\` and its options under \`providers\`; docs/guides/credentials.md says which.`
        : `Set ${variables}, or \`apiKey\` of an entry with \`provider: ${id}\` under \`providers\`.`,
  }
}

/** Of a fault on the way to the provider, or of its error reply. */
export function findingOf(error: GatewayError, account: ProviderAccount, said: Said): Finding {
  const { status } = error
  const broken = (fault: AccountFault, message: string, help?: string): Finding => ({
    verdict: 'broken',
    fault,
    message: message + quoted(said),
    ...(help === undefined ? {} : { help }),
  })
  switch (error.code) {
    case 'blocked_address':
      return { verdict: 'broken', fault: 'blocked-address', message: error.message }
    case 'upstream_unreachable':
    case 'upstream_reset':
      return connectionFinding(error, account)
    case 'upstream_timeout':
      return status === 504 && said.words === undefined
        ? broken(
            'timeout',
            'Nothing came back in time.',
            'Try again; if it stays so, check the base URL and the network.',
          )
        : broken('provider-failed', `The provider failed at the test call (${status}).`, tryLater)
    case 'upstream_unauthorized':
      return broken('wrong-credential', `The provider refused the credential (${status}).`, credentialHelp(account))
    case 'upstream_forbidden':
      return broken(
        'forbidden',
        `The provider knows the credential or the address of this machine and refuses it (${status}).`,
        "Check what the credential may do, and the vendor's list of allowed networks and countries.",
      )
    case 'upstream_rate_limited':
      return quotaFinding(status, said, broken)
    case 'upstream_not_found':
      return notFoundFinding(account, said, broken)
    case 'upstream_redirect':
      return broken(
        'wrong-base-url',
        `The base URL ${account.baseUrl} answers with a redirect.`,
        'Set the address that it leads to; redirects are not followed.',
      )
    case 'upstream_invalid_reply':
    case 'upstream_reply_too_large':
      return broken('wrong-base-url', `What answers at ${account.baseUrl} is not this API.`, baseUrlHelp(account))
    case 'upstream_rejected':
      return rejectedFinding(status, account, said, broken)
    case 'upstream_error':
    case 'upstream_overloaded':
      return broken('provider-failed', `The provider failed at the test call (${status}).`, tryLater)
    default:
      return { verdict: 'broken', fault: 'request-refused', message: error.message }
  }
}

type Broken = (fault: AccountFault, message: string, help?: string) => Finding

const tryLater = "Try again later, or look at the vendor's status page."

/** 402 is what some vendors send for an empty account (DeepSeek, OpenRouter); OpenAI says `insufficient_quota` with 429. */
function quotaFinding(status: number, { words = '', vendorCode = '' }: Said, broken: Broken): Finding {
  return /quota|credit|balance|billing/i.test(`${vendorCode} ${words}`)
    ? broken(
        'quota',
        `The credential is taken, but its quota is used up (${status}).`,
        'Add credit, or raise the limit.',
      )
    : broken('quota', `The credential is taken, but too many calls came with it (${status}).`, 'Try again in a minute.')
}

function notFoundFinding(account: ProviderAccount, said: Said, broken: Broken): Finding {
  const { words = '' } = said
  if (isOldApi(words))
    return broken('old-api', 'The provider no longer serves this version of its API (404).', oldApiHelp)
  if (/model|deployment/i.test(words)) return { ...unknownModel, message: unknownModel.message + quoted(said) }
  return broken('wrong-base-url', `There is nothing at this path below ${account.baseUrl} (404).`, baseUrlHelp(account))
}

/** A provider looks at the credential before it looks for the model. */
const unknownModel: Finding = {
  verdict: 'unsure',
  fault: 'unknown-model',
  message: 'The provider answers, but does not know the model of the test call.',
  help: 'Name one that the account may use with --model.',
}

/** Google and xAI refuse a wrong key with 400. */
function rejectedFinding(status: number, account: ProviderAccount, said: Said, broken: Broken): Finding {
  const { words = '', vendorCode = '' } = said
  if (status === 402) {
    return broken('quota', 'The credential is taken, but its account is out of credit (402).', 'Add credit.')
  }
  if (status === 410 || status === 426 || isOldApi(`${vendorCode} ${words}`)) {
    return broken('old-api', `The provider no longer serves this version of its API (${status}).`, oldApiHelp)
  }
  if (/api[ _-]?key|authenticat|unauthori[sz]ed|credential/i.test(words)) {
    return broken('wrong-credential', `The provider refused the credential (${status}).`, credentialHelp(account))
  }
  if (status === 405) {
    return broken('wrong-base-url', `What answers at ${account.baseUrl} is not this API (405).`, baseUrlHelp(account))
  }
  return {
    verdict: 'unsure',
    fault: 'request-refused',
    message: `The provider answers, but refused the test call (${status}).${quoted(said)}`,
    help: 'Name a model that the account may use with --model.',
  }
}

function isOldApi(words: string): boolean {
  return /api.?version|deprecated|no longer (?:supported|available|served)|has been (?:retired|sunset|shut down)/i.test(
    words,
  )
}

const oldApiHelp = "Set the base URL, or the option `apiVersion`, to what the vendor's documentation names."

function connectionFinding(error: GatewayError, account: ProviderAccount): Finding {
  const { protocol, host } = new URL(account.baseUrl)
  const code = codeOf(error.cause)
  const broken = (fault: AccountFault, message: string, help: string): Finding => ({
    verdict: 'broken',
    fault,
    message,
    help,
  })
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    const help = 'Check the spelling of the base URL, and whether this machine has a name server.'
    return broken('unresolved-host', `The host ${host} cannot be resolved (${code}).`, help)
  }
  if (code === 'ECONNREFUSED') {
    return broken('connection-refused', `Nothing listens at ${host}.`, 'Start the server, or correct the base URL.')
  }
  if (isTlsCode(code)) {
    const isProtocol = code === 'EPROTO' || code.startsWith('ERR_SSL')
    const reason = isProtocol ? 'it does not seem to speak TLS at this port' : tlsReasons[code]
    const help = isProtocol
      ? 'If the server speaks plain HTTP, begin the base URL with http://.'
      : 'If its certificate is meant, give its authority to Node with NODE_EXTRA_CA_CERTS=<file>.'
    return broken('tls', `TLS with ${host} failed${reason === undefined ? '' : `: ${reason}`} (${code}).`, help)
  }
  if (error.code === 'upstream_reset') {
    const help =
      protocol === 'http:'
        ? 'If the server speaks TLS, begin the base URL with https://.'
        : 'Check whether a proxy or firewall stands between.'
    return broken('unreachable', `The connection to ${host} was cut${code === '' ? '' : ` (${code})`}.`, help)
  }
  const help = 'Check the base URL, the network and the firewall.'
  return broken('unreachable', `${host} cannot be reached${code === '' ? '' : ` (${code})`}.`, help)
}

/** Node docs, "X509 certificate error codes". */
const tlsReasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet, or the clock of this machine is wrong',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that this machine does not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that this machine does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it does not send the certificates between its own and a trusted one',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}

function credentialHelp({ source, provider: { environment } }: ProviderAccount): string {
  const variables = environment.apiKey.join(' or ')
  if (source === 'environment' && variables !== '') return `Check ${variables}.`
  return variables === '' ? 'Check the credential of the account.' : `Check \`apiKey\` of the account, or ${variables}.`
}

function baseUrlHelp({ provider: { baseUrl, docs } }: ProviderAccount): string {
  return baseUrl === undefined ? `Check the base URL with ${docs}.` : `The catalogue has ${baseUrl}; see ${docs}.`
}

function quoted({ words }: Said): string {
  return words === undefined ? '' : ` It says: ${JSON.stringify(words)}`
}
