import { ruleOf } from './assignments.ts'
import { contextFormats } from './formats-context.ts'
import { infixFormats } from './formats-infix.ts'
import { gatewayKey } from './keys-of-gateway.ts'
import { oneTimeSeed } from './one-time-codes.ts'
import { prefixFormats } from './prefix-formats.ts'

/** Rules and their categories; those of one vendor stand together. */
export const rules: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.values(ruleOf).map(({ rule, category }) => [rule, category])),
  'hardcoded-key': 'credential',
  'private-key': 'private-key',
  'google-service-account': 'private-key',
  'putty-private-key': 'private-key',
  'encoded-private-key': 'private-key',
  'json-web-key': 'private-key',
  'seed-phrase': 'private-key',
  [oneTimeSeed.rule]: oneTimeSeed.category,
  'recovery-codes': 'credential',
  [gatewayKey.rule]: gatewayKey.category,
  'json-web-token': 'token',
  'authorization-header': 'token',
  'basic-authorization': 'password',
  'command-password': 'password',
  'url-credentials': 'connection-string',
  'database-url': 'connection-string',
  'connection-string-password': 'connection-string',
  'azure-storage-connection': 'connection-string',
  'azure-bus-connection': 'connection-string',
  'azure-sas': 'token',
  'aws-signed-url': 'token',
  'google-signed-url': 'token',
  ...Object.fromEntries(
    [...prefixFormats, ...infixFormats, ...contextFormats].map(([rule, category]) => [rule, category]).sort(),
  ),
}
