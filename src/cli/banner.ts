import type { RunningGateway } from '../server/start.ts'

/** What `start` prints: where things are, what was made up (once), and one line that works as it is. */
export function banner(
  gateway: Pick<RunningGateway, 'url' | 'controlUrl' | 'accounts' | 'shown' | 'dataDirectory'>,
  version: string,
  hasEnvironmentKey: boolean,
): string {
  const { url, controlUrl, accounts, shown, dataDirectory } = gateway
  const lines = [
    `Portcullis ${version}`,
    '',
    `  data plane     ${url}/v1`,
    `  control plane  ${controlUrl}`,
    `  data           ${dataDirectory}`,
    `  accounts       ${accounts.join(', ')}`,
  ]
  if (shown.keys.length > 0 || shown.adminToken !== undefined) lines.push('', '  Shown once, kept as a hash only:')
  for (const { id, key } of shown.keys) lines.push(`  virtual key    ${key}  (${id})`)
  if (shown.adminToken !== undefined) lines.push(`  admin token    ${shown.adminToken}`)
  const key = shown.keys[0]?.key ?? '$PORTCULLIS_KEY'
  lines.push(
    '',
    '  Try it:',
    `  curl -s ${url}/v1/chat/completions -H 'content-type: application/json' -H "authorization: Bearer ${key}" -d '{"model":"demo/echo","messages":[{"role":"user","content":"Hello"}]}'`,
  )
  if (shown.keys.length === 0 && !hasEnvironmentKey) {
    lines.push('', '  The keys were shown when they were made. For another: portcullis keys create <id>')
  }
  return `${lines.join('\n')}\n`
}
