import type { Exchange } from '../../core/secrets/credential.ts'
import { formBody, formHeaders } from './client-credentials.ts'
import { readTokenReply } from './token-reply.ts'

/** An API key of IBM Cloud buys tokens. https://cloud.ibm.com/docs/account?topic=account-iamtoken_from_apikey */
export function iamApiKey(tokenUrl: string, apiKey: string): Exchange {
  return async ({ now, post }) => {
    const form = { grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey: apiKey }
    return readTokenReply(await post(tokenUrl, formHeaders, formBody(form)), now())
  }
}
