import { presetTexts } from '../policy/guardrails/preset-texts.ts'
import { isEveryAddress } from '../server/own-address.ts'
import type { RunningGateway } from '../server/running-gateway.ts'

/** What `start` prints: where things are, what was made up (once), and one line that works as it is. */
export function banner(gateway: Omit<RunningGateway, 'close'>, version: string): string {
  const { url, controlUrl, accounts, shown, tryable, dataDirectory, configFile, host } = gateway
  const lines = [
    `Portcullis ${version}`,
    '',
    `  data plane     ${url}/v1`,
    `  control plane  ${controlUrl}`,
    ...(isEveryAddress(host) ? [`  listens on     ${host}, every address of this machine`] : []),
    `  config         ${configText(configFile)}`,
    `  data           ${dataDirectory}`,
    `  inspection     ${inspectionText(gateway.inspection)}`,
    ...presetTexts(gateway.inspection.presets).map((text) => `                 ${text}`),
    `  accounts       ${accounts.length === 0 ? 'none; see docs/PROVIDERS.md' : accounts.join(', ')}`,
  ]
  if (shown.keys.length > 0 || shown.adminToken !== undefined) lines.push('', '  Shown once, kept as a hash only:')
  for (const { id, key } of shown.keys) lines.push(`  virtual key    ${key}  (${id})`)
  if (shown.adminToken !== undefined) lines.push(`  admin token    ${shown.adminToken}`)
  lines.push('', '  Try it:', `  ${tryLine(url, tryable)}`)
  if (tryable.keyFrom === 'before') {
    lines.push(
      '',
      '  Keys are kept as hashes and cannot be shown again. New key: portcullis keys create <id>.',
      '  New admin token: start with PORTCULLIS_ADMIN_TOKEN=<yours>.',
    )
  }
  if (tryable.keyFrom === 'file') lines.push('', '  Put a key of the configuration file in place of $PORTCULLIS_KEY.')
  return `${lines.join('\n')}\n`
}

function configText(file: RunningGateway['configFile']): string {
  if (file === undefined) return 'none'
  return file.isThere ? file.path : `none; ${file.path} is read as soon as it is there`
}

const whatPresetsDo: Readonly<Record<RunningGateway['inspection']['preset'], string>> = {
  off: 'only guardrails of the configuration look at texts',
  observe: 'its guardrails only watch and stop nothing',
  balanced: 'its guardrails are enforced',
  strict: 'its guardrails are enforced',
  regulated: 'its guardrails are enforced',
}

function inspectionText({ preset, enforced, shadow }: RunningGateway['inspection']): string {
  return `preset ${preset}: ${whatPresetsDo[preset]}; ${enforced} enforced and ${shadow} in shadow with those of the configuration`
}

/** Without the demo there is no model that certainly answers, but there is always the list of models. */
function tryLine(url: string, { key, hasDemo }: RunningGateway['tryable']): string {
  const authorization = `-H "authorization: Bearer ${key ?? '$PORTCULLIS_KEY'}"`
  return hasDemo
    ? `curl -s ${url}/v1/chat/completions -H 'content-type: application/json' ${authorization} -d '{"model":"demo/echo","messages":[{"role":"user","content":"Hello"}]}'`
    : `curl -s ${url}/v1/models ${authorization}`
}
