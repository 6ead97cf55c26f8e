import type { DetectorIo } from '../../core/inspection/detector-io.ts'
import { readReference } from '../../core/secrets/secret-reference.ts'
import { createUpstreams } from '../accounts/upstreams.ts'
import type { SecretsConfig } from '../config/secrets-section.ts'
import { createAccountSecrets } from '../secrets/account-secrets.ts'

/** Detectors ask whom they name, inside the same outbound safety as in a gateway. */
export async function askingElsewhere<Result>(
  secrets: SecretsConfig,
  environment: NodeJS.ProcessEnv,
  work: (io: Pick<DetectorIo, 'post' | 'secret'>) => Promise<Result>,
): Promise<Result> {
  const upstreams = createUpstreams()
  const { references } = createAccountSecrets(upstreams, environment, { config: secrets, kept: [] })
  try {
    return await work({
      post: upstreams.askDetector,
      secret: async (text) => (readReference(text) === undefined ? text : await references.value(text)),
    })
  } finally {
    upstreams.close()
  }
}
