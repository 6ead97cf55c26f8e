/** Words that stand for a secret which is kept elsewhere: `vault:secret/openai#apiKey`. */
import { GatewayError } from '../errors.ts'

export const referenceSchemes = ['env', 'file', 'vault', 'aws-secrets', 'credential'] as const
export type ReferenceScheme = (typeof referenceSchemes)[number]

export interface SecretReference {
  /** As it was written. It holds no secret, so errors may name it. */
  readonly text: string
  readonly scheme: ReferenceScheme
  /** Name of the variable, path of the file, path in the store. */
  readonly place: string
  /** Which part of what is found there. */
  readonly field?: string
}

/** `undefined` for a text that is no reference, and so the secret itself. */
export function readReference(text: string): SecretReference | undefined {
  const colon = text.indexOf(':')
  const scheme = referenceSchemes.find((name) => name === text.slice(0, Math.max(colon, 0)))
  if (scheme === undefined) return undefined
  const rest = text.slice(colon + 1)
  // Names of files and variables may hold the mark.
  const mark = scheme === 'env' || scheme === 'file' || scheme === 'credential' ? -1 : rest.indexOf('#')
  if (mark < 0) return { text, scheme, place: rest }
  return { text, scheme, place: rest.slice(0, mark), field: rest.slice(mark + 1) }
}

const rules: Readonly<Record<ReferenceScheme, (reference: SecretReference) => string | undefined>> = {
  env: ({ place }) => (/^[A-Za-z_]\w*$/.test(place) ? undefined : 'names no environment variable, as `env:NAME` does'),
  file: ({ place }) =>
    place.startsWith('/') ? undefined : 'needs a path from the root, as `file:/run/secrets/openai`',
  vault: ({ place, field = '' }) =>
    isPath(place) && field !== '' ? undefined : 'needs mount, path and field, as `vault:secret/openai#apiKey`',
  credential: ({ place }) =>
    /^(?:[a-z0-9][\w.-]{0,63}\/)?[a-z0-9][\w.-]{0,63}$/i.test(place)
      ? undefined
      : 'names no kept credential, as `credential:openai` or `credential:red/openai` does',
  'aws-secrets': ({ place, field }) =>
    /^[\w/+=.@:-]{1,2048}$/.test(place) && field !== ''
      ? undefined
      : 'needs a name or ARN, and a field if there is one, as `aws-secrets:prod/openai#apiKey`',
}

/** A mount and at least one step below it. Dots would lead elsewhere. */
function isPath(place: string): boolean {
  const steps = place.split('/')
  return steps.length > 1 && steps.every((step) => /^[\w.@ +=~-]+$/.test(step) && !/^\.+$/.test(step))
}

/** What is wrong with it, as the rest of a sentence. */
export function referenceFault(reference: SecretReference): string | undefined {
  return rules[reference.scheme](reference)
}

/** Why a secret cannot be had. `message`: the rest of a sentence, without anything that a store said. */
export function unavailable(message: string): GatewayError {
  return new GatewayError('secret_unavailable', message)
}

/** A store has answered that there is no such secret: what was known of it is not used any more. */
export class SecretGone extends GatewayError {
  constructor(message: string) {
    super('secret_unavailable', message)
  }
}
