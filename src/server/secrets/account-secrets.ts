import type { SecretIo } from '../../core/secrets/secret-store.ts'
import { type Credentials, createCredentials } from '../../gateway/credentials/credentials.ts'
import type { Upstreams } from '../accounts/upstreams.ts'
import { readCredentialFile, replaceCredentialFile } from './credential-file.ts'
import { runCredentialProgram } from './credential-program.ts'
import { openMasterKey } from './master-key.ts'
import { type ConfiguredReferences, createReferences, type SecretPlaces } from './secret-reading.ts'

/** How a process comes by the secrets of its accounts: those that are elsewhere, and those that are traded. */
export function createAccountSecrets(
  upstreams: Upstreams,
  environment: NodeJS.ProcessEnv,
  places?: SecretPlaces,
  log?: (message: string) => void,
): { readonly credentials: Credentials; readonly references: ConfiguredReferences } {
  const common = {
    now: () => Date.now(),
    metadata: upstreams.askMetadata,
    readFile: readCredentialFile,
    replaceFile: replaceCredentialFile,
    run: (words: readonly string[]) => runCredentialProgram(words, { environment }),
  }
  const ofStore = { name: 'aws-secrets', allowPrivateNetwork: false }
  const io: SecretIo = {
    ...common,
    post: (url, headers, body) => upstreams.askSecretStore(ofStore, url, headers, body),
    get: (url, headers) => upstreams.askSecretStore(ofStore, url, headers),
    ask: upstreams.askSecretStore,
    variable: (name) => environment[name],
  }
  const references = createReferences(io, openMasterKey(environment), places, log)
  return { credentials: createCredentials({ ...common, ask: upstreams.askTokenEndpoint, references }), references }
}
