import { GatewayError } from '../../core/errors.ts'
import type { ExchangeIo } from '../../core/secrets/credential.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import type { TemporaryCredential } from './aws-sts.ts'

/** A program that names no end of its credentials is asked again after this. */
const lifetimeMs = 5 * 60_000

/** What the program of a profile prints: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
export async function processCredential(
  io: ExchangeIo,
  command: string,
  profile: string,
): Promise<TemporaryCredential> {
  const words = splitCommand(command)
  if (words === undefined)
    throw new GatewayError('upstream_unauthorized', `The \`credential_process\` of the profile "${profile}" is none.`)
  const json = parseJson(await io.run(words))
  const {
    Version: version,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration,
  } = isJsonObject(json) ? json : {}
  const expiresAtMs = expiration === undefined ? io.now() + lifetimeMs : Date.parse(String(expiration))
  const isWhole =
    version === 1 &&
    typeof accessKeyId === 'string' &&
    typeof secretAccessKey === 'string' &&
    (sessionToken === undefined || typeof sessionToken === 'string') &&
    !Number.isNaN(expiresAtMs)
  if (!isWhole)
    throw new GatewayError(
      'upstream_invalid_reply',
      `The program of the profile "${profile}" printed something that holds no credentials.`,
    )
  const pair = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
  return { credential: pair, expiresAtMs }
}

/**
 * The words of a command as the CLI of AWS splits it: blanks part them, quotes hold them together, and no shell looks at them.
 * `undefined` for one with a quote that is not closed, or without a word.
 */
export function splitCommand(command: string): readonly string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < command.length; at++) {
    const character = command[at] ?? ''
    const next = command[at + 1]
    if (character === quote) quote = ''
    else if (character === '\\' && quote !== "'" && next !== undefined && (quote === '' || '"\\'.includes(next))) {
      word = (word ?? '') + next
      at++
    } else if (quote !== '') word = (word ?? '') + character
    else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + character
  }
  if (word !== undefined) words.push(word)
  return quote !== '' || words.length === 0 || words[0] === '' ? undefined : words
}
