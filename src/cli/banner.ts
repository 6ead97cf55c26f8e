import type { RunningGateway } from '../server/start.ts'

/** What `start` prints: where things are, what was made up (once), and one line that works as it is. */
export function banner(
  gateway: Pick<RunningGateway, 'url' | 'controlUrl' | 'accounts' | 'shown' | 'tryable' | 'dataDirectory'>,
  version: string,
): string {
  const { url, controlUrl, accounts, shown, tryable, dataDirectory } = gateway
  const lines = [
    `Portcullis ${version}`,
    '',
    `  data plane     ${url}/v1`,
    `  control plane  ${controlUrl}`,
    `  data           ${dataDirectory}`,
    `  accounts       ${accounts.length === 0 ? 'none; see docs/PROVIDERS.md' : accounts.join(', ')}`,
  ]
  if (shown.keys.length > 0 || shown.adminToken !== undefined) lines.push('', '  Shown once, kept as a hash only:')
  for (const { id, key } of shown.keys) lines.push(`  virtual key    ${key}  (${id})`)
  if (shown.adminToken !== undefined) lines.push(`  admin token    ${shown.adminToken}`)
  lines.push('', '  Try it:', `  ${tryLine(url, tryable)}`)
  if (tryable.keyFrom === 'before') {
    lines.push('', '  The keys were shown when they were made. For another: portcullis keys create <id>')
  }
  if (tryable.keyFrom === 'file') lines.push('', '  Put a key of the configuration file in place of $PORTCULLIS_KEY.')
  return `${lines.join('\n')}\n`
}

/** Without the demo there is no model that certainly answers, but there is always the list of models. */
function tryLine(url: string, { key, hasDemo }: RunningGateway['tryable']): string {
  const authorization = `-H "authorization: Bearer ${key ?? '$PORTCULLIS_KEY'}"`
  return hasDemo
    ? `curl -s ${url}/v1/chat/completions -H 'content-type: application/json' ${authorization} -d '{"model":"demo/echo","messages":[{"role":"user","content":"Hello"}]}'`
    : `curl -s ${url}/v1/models ${authorization}`
}
