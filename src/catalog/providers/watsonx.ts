import { bearer, defineProvider } from '../../core/model/provider.ts'
import { trimSlashes } from '../base-url.ts'
import { iamApiKey } from '../credentials/iam-api-key.ts'
import { looksLikeJwt } from '../credentials/looks-like-jwt.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

const publicIam = 'https://iam.cloud.ibm.com'
const publicVersion = '2025-02-11'

/**
 * Chat Completions but for a few names. Streams have a path of their own, report usage unasked and end without `[DONE]`.
 * https://cloud.ibm.com/apidocs/watsonx-ai#text-chat
 */
export default defineProvider({
  id: 'watsonx',
  title: 'IBM watsonx.ai',
  docs: 'https://cloud.ibm.com/apidocs/watsonx-ai#text-chat',
  dialect: openaiChat,
  environment: {
    apiKey: ['WATSONX_APIKEY', 'WATSONX_API_KEY'],
    baseUrl: ['WATSONX_URL'],
    options: { projectId: ['WATSONX_PROJECT_ID'], spaceId: ['WATSONX_SPACE_ID'] },
  },
  needsKey: true,
  authorize: bearer,
  exchange: ({ secret, options: { iamUrl } }) =>
    secret === undefined || looksLikeJwt(secret)
      ? undefined
      : iamApiKey(`${trimSlashes(iamUrl ?? publicIam)}/identity/token`, secret),
  addressOf: ({ region }) => (region === undefined ? undefined : `https://${region}.ml.cloud.ibm.com`),
  addressOptions: ['iamUrl'],
  accountFault({ baseUrl, options: { region, projectId, spaceId } }) {
    if (region !== undefined && !/^[a-z0-9-]+$/.test(region)) return 'has a `region` that is none, such as `us-south`'
    if (baseUrl === '') return 'needs the option `region`, such as `us-south`'
    return (projectId === undefined) === (spaceId === undefined) ? 'needs one of `projectId` and `spaceId`' : undefined
  },
  options: {
    region: 'Region of the service, such as `us-south` or `eu-de`.',
    projectId: 'Project that the calls belong to.',
    spaceId: 'Deployment space that the calls belong to, in place of a project.',
    version: `Date of the API. Default \`${publicVersion}\`.`,
    iamUrl: `Address that trades the API key for tokens. Default \`${publicIam}\`.`,
  },
  traits: { unsupported: ['logit_bias', 'user', 'parallel_tool_calls', 'store', 'metadata'] },
  url: ({ baseUrl, options: { version }, stream }) =>
    `${baseUrl}/ml/v1/text/${stream ? 'chat_stream' : 'chat'}?version=${encodeURIComponent(version ?? publicVersion)}`,
  adjust({ model: _, stream: _stream, stream_options: _options, tool_choice: choice, ...body }, { model, options }) {
    const { projectId, spaceId } = options
    return {
      model_id: model,
      ...(projectId === undefined ? { space_id: spaceId } : { project_id: projectId }),
      ...body,
      ...(choice === undefined
        ? {}
        : typeof choice === 'string'
          ? { tool_choice_option: choice }
          : { tool_choice: choice }),
    }
  },
})
