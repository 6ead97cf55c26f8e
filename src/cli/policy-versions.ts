import type { PolicyDescription, PolicyDifference, PolicyVersion } from '../server/control/policies.ts'
import { jsonLine, table, UsageError } from './command.ts'
import { askControl } from './control-client.ts'

export interface AskedVersions {
  readonly url: string | undefined
  readonly json: boolean
}

type Show = (asked: AskedVersions, ...versions: readonly (string | undefined)[]) => Promise<string>

/** What the policies of a running gateway say and said. The shapes are those of the control API. */
export const policyQuestions: Readonly<Record<'versions' | 'show' | 'diff', Show>> = {
  async versions({ url, json }) {
    const { data } = (await askControl(url, '/api/v1/policies')) as { readonly data: readonly PolicyVersion[] }
    if (json) return data.map(jsonLine).join('')
    return table(
      ['VERSION', 'SINCE', ''],
      data.map(({ version, since, isInUse }) => [version, since, isInUse ? 'in use' : '']),
    )
  },
  async show({ url, json }, version) {
    const policy = (await askControl(url, pathOf('show', version))) as PolicyDescription
    if (json) return jsonLine(policy)
    const rows = policy.guardrails.map(({ id, text }) => [id, text])
    const general = `In use since ${policy.since}. What cannot be looked at: ${policy.onError}.\n`
    const presets = policy.presets.map((text) => `  ${text}\n`).join('')
    return `${general}${presets}${table(['GUARDRAIL', 'WHAT IT DOES'], rows)}`
  },
  async diff({ url, json }, before, after) {
    const query = after === undefined ? '' : `?to=${encodeURIComponent(after)}`
    const difference = (await askControl(url, `${pathOf('diff', before)}/changes${query}`)) as PolicyDifference
    if (json) return jsonLine(difference)
    const { from, to, changes } = difference
    if (changes.length === 0) return `${from} and ${to} say the same.\n`
    return `From ${from} to ${to}:\n${changes.map(({ text }) => `  ${text}\n`).join('')}`
  },
}

function pathOf(verb: string, version: string | undefined): string {
  if (version === undefined) throw new UsageError(`${verb} needs a version; \`portcullis policy versions\` lists them.`)
  return `/api/v1/policies/${encodeURIComponent(version)}`
}
