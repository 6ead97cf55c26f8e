import type { Provider } from '../../core/model/provider.ts'
import { headerPattern } from '../config/schema.ts'

const ownSecrets = ['PORTCULLIS_KEY', 'PORTCULLIS_ADMIN_TOKEN'] as const
/** As in the file. */
const MIN_SECRET_LENGTH = 16

/** What somebody may have set in vain, in sentences for the log of a start. */
export function environmentNotices(environment: NodeJS.ProcessEnv, providers: readonly Provider[]): string[] {
  const isSet = (name: string): boolean => (environment[name] ?? '') !== ''
  return [
    ...(isSet('DATABASE_URL') ? ['DATABASE_URL is set: calls are recorded in that PostgreSQL, not in calls.db.'] : []),
    ...ownSecrets
      .filter((name) => isSet(name) && isShort(environment[name]))
      .map((name) => `${name} has fewer than ${MIN_SECRET_LENGTH} characters and can be guessed; choose a longer one.`),
    ...providers.flatMap(({ needsKey, environment: { apiKey, baseUrl } }) => {
      const named = baseUrl.find(isSet)
      if (!needsKey || named === undefined || apiKey.some(isSet)) return []
      return [`${named} is set and ${apiKey.join(' or ')} is not: no provider account comes from it alone.`]
    }),
  ]
}

/** Throws a sentence for a secret that no client could send, or that is too short for an address that others can reach. */
export function checkOwnSecrets(environment: NodeJS.ProcessEnv, isExposed: boolean): void {
  for (const name of ownSecrets) {
    const value = environment[name]
    if (value === undefined || value === '') continue
    if (!headerPattern.test(value)) {
      throw new Error(`${name} holds a blank, a line break or a letter that no header can carry; choose another.`)
    }
    if (isExposed && isShort(value)) {
      throw new Error(
        `${name} has fewer than ${MIN_SECRET_LENGTH} characters, too few for an address that other machines can reach; choose a longer one.`,
      )
    }
  }
}

function isShort(value: string | undefined): boolean {
  return value !== undefined && value.length < MIN_SECRET_LENGTH
}
