import { type MasterKey, masterKeyOf } from '../../core/secrets/sealed-credential.ts'
import { unavailable } from '../../core/secrets/secret-reference.ts'
import { readCredentialFile } from './credential-file.ts'
import { runCredentialProgram } from './credential-program.ts'

const minLength = 32

/** Where the master key is: in a variable, in a file, or printed by a command that asks a key management service. */
export async function readMasterKey(
  environment: NodeJS.ProcessEnv,
  variable = 'PORTCULLIS_MASTER_KEY',
): Promise<MasterKey> {
  const sources = [
    { name: variable, read: async (text: string) => text },
    { name: `${variable}_FILE`, read: readCredentialFile },
    {
      name: `${variable}_COMMAND`,
      read: (text: string) => runCredentialProgram(text.split(/\s+/).filter(Boolean), { environment }),
    },
  ].filter(({ name }) => (environment[name] ?? '') !== '')
  const [source] = sources
  if (source === undefined)
    throw unavailable(`there is no master key: set ${variable}, ${variable}_FILE or ${variable}_COMMAND`)
  if (sources.length > 1)
    throw unavailable(`${sources.map(({ name }) => name).join(' and ')} are set; keep one of them`)
  let text: string
  try {
    text = (await source.read(environment[source.name] ?? '')).trim()
  } catch {
    throw unavailable(`the master key cannot be had from ${source.name}`)
  }
  if (text.length < minLength)
    throw unavailable(
      `the master key of ${source.name} has fewer than ${minLength} characters; make one with \`openssl rand -base64 32\``,
    )
  return masterKeyOf(text)
}

/** Read when it is first needed; kept once it was had. */
export function openMasterKey(environment: NodeJS.ProcessEnv): () => Promise<MasterKey> {
  let known: Promise<MasterKey> | undefined
  return async () => {
    known ??= readMasterKey(environment)
    const pending = known
    try {
      return await pending
    } catch (fault) {
      if (known === pending) known = undefined
      throw fault
    }
  }
}
