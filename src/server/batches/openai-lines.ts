import type { LineFormat } from './line-format.ts'

/** https://platform.openai.com/docs/guides/batch */
export const openaiLines: LineFormat = {
  maxLines: 50_000,
  hasErrorFile: true,
  ownsFile: false,
  bodyField: 'body',
  subject: (number) => `Line ${number}`,
  faultOf({ method, url }, endpoint) {
    if (method !== 'POST') return 'has another `method` than POST'
    return url === endpoint ? undefined : 'has another `url` than the `endpoint` of the batch'
  },
  result: ({ batchId, number, customId, response, error }) =>
    JSON.stringify({
      id: `batch_req_${batchId.replace(/^batch_/, '')}_${number}`,
      custom_id: customId ?? null,
      response:
        response === undefined
          ? null
          : { status_code: response.status, request_id: response.callId, body: response.body },
      error: error ?? null,
    }),
}
