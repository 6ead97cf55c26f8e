import { GatewayError } from '../../../core/errors.ts'

/** Where a call goes and who pays for it are not for a client to say. Names in snake case, of config keys and of headers. */
const ofAccounts =
  /^(?:api_key|custom_host|authorization|(?:aws|amz|amzn|azure|vertex|oracle|databricks|snowflake|stability|byteplus)_.*|openai_(?:organization|project)|(?:workers_ai|fireworks)_account_id|huggingface_base_url|anthropic_aws_workspace_id)$/

/** Why a setting cannot be taken from a client, as a sentence; `undefined` for one that does not belong to accounts. */
export function accountRefusal(name: string): string | undefined {
  if (!ofAccounts.test(name.replaceAll('-', '_'))) return undefined
  return 'cannot be given by a client; put addresses and credentials of providers into a provider account, and name that.'
}

export function refused(field: string, sentence: string): GatewayError {
  const name = field.length > 100 ? `${field.slice(0, 100)}…` : field
  return new GatewayError('invalid_request', `\`${name.replace(/[^\x20-\x7e…]/g, '?')}\` ${sentence}`, {
    param: name,
  })
}
