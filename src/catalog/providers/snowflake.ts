import { bearer, defineProvider } from '../../core/model/provider.ts'
import { withApiPath } from '../base-url.ts'
import { looksLikeJwt } from '../credentials/looks-like-jwt.ts'
import { snowflakeJwt } from '../credentials/snowflake-jwt.ts'
import { anthropicMessages } from '../dialects/anthropic-messages.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** Three credentials: https://docs.snowflake.com/en/developer-guide/snowflake-rest-api/authentication */
export default defineProvider({
  id: 'snowflake',
  title: 'Snowflake Cortex',
  docs: 'https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api',
  dialect: openaiChat,
  environment: {
    apiKey: ['SNOWFLAKE_PAT'],
    baseUrl: [],
    options: { account: ['SNOWFLAKE_ACCOUNT'] },
    together: { apiKey: 'SNOWFLAKE_PRIVATE_KEY', options: { user: 'SNOWFLAKE_USER' } },
  },
  needsKey: true,
  authorize: (secret, { tokenType }) => ({
    ...bearer(secret),
    'x-snowflake-authorization-token-type':
      tokenType ?? (looksLikeJwt(secret) ? 'KEYPAIR_JWT' : 'PROGRAMMATIC_ACCESS_TOKEN'),
  }),
  exchange({ secret, options: { account, user, privateKeyFile } }) {
    if (account === undefined || user === undefined) return undefined
    if (secret === undefined && privateKeyFile === undefined) return undefined
    return snowflakeJwt({ account, user, privateKey: secret, privateKeyFile })
  },
  // A host name has no underscores, and an account may.
  addressOf: ({ account }) =>
    account === undefined ? undefined : `https://${account.toLowerCase().replaceAll('_', '-')}.snowflakecomputing.com`,
  accountFault({ baseUrl, options: { account, user, privateKeyFile, tokenType } }) {
    if (account !== undefined && !/^[\w-]+(\.[\w-]+)*$/.test(account)) return 'has an `account` that is no identifier'
    if (account === undefined && (baseUrl === '' || user !== undefined)) return 'needs the option `account`'
    if (privateKeyFile !== undefined && user === undefined) return 'needs the option `user` beside `privateKeyFile`'
    if (tokenType !== undefined && !tokenTypes.includes(tokenType)) {
      return `has a \`tokenType\` that is none of ${tokenTypes.join(', ')}`
    }
    return undefined
  },
  options: {
    account: 'Account identifier, such as `myorg-account123`.',
    user: 'User with a key pair; `apiKey` is then the private key as PEM text, without a passphrase.',
    privateKeyFile: 'File with the private key, in place of `apiKey`.',
    tokenType: 'Kind of a token in `apiKey`, where its form does not tell: `OAUTH`.',
  },
  url: ({ baseUrl, path }) => withApiPath(baseUrl, apiPath) + path,
  // Claude alone is served in the dialect of Anthropic too.
  alsoSpeaks: [
    {
      dialect: anthropicMessages,
      serves: (model) => model.startsWith('claude-'),
      url: ({ baseUrl, path }) => withApiPath(baseUrl, apiPath) + path.replace(/^\/v1\//, '/'),
    },
  ],
  headers: { 'anthropic-version': '2023-06-01' },
})

const apiPath = '/api/v2/cortex/v1'
const tokenTypes = ['PROGRAMMATIC_ACCESS_TOKEN', 'KEYPAIR_JWT', 'OAUTH']
