import { alnum, hex, type InfixRow, uuid, word } from './format.ts'

/** What is told by something in the middle. */
export const infixFormats: readonly InfixRow[] = [
  ['terraform-cloud-token', 'token', '.atlasv1.', `${alnum}{14}`, '[A-Za-z0-9_=-]{60,70}'],
  ['azure-ad-secret', 'credential', 'Q~', '[A-Za-z0-9_~.]{3}[0-9]', '[A-Za-z0-9_~.-]{31,34}'],
  ['azure-api-key', 'credential', 'JQQJ99', `${alnum}{52}`, `${alnum}{26}`],
  ['azure-devops-token', 'token', 'AZDO', `${alnum}{76}`, `${alnum}{4}`],
  ['azure-function-key', 'credential', 'AzFu', `${word}{44}`, '[A-Za-z0-9_-]{5}[AQgw]=='],
  ['azure-storage-key', 'credential', '+ASt', '[A-Za-z0-9+/]{76}', '[A-Za-z0-9+/]{5}[AQgw]=='],
  ['azure-cosmos-key', 'credential', 'ACDb', '[A-Za-z0-9+/]{76}', '[A-Za-z0-9+/]{5}[AQgw]=='],
  ['azure-event-key', 'credential', '+AEh', '[A-Za-z0-9+/]{33}', '[A-Za-z0-9+/]{5}[AEIMQUYcgkosw048]='],
  ['azure-service-bus-key', 'credential', '+ASb', '[A-Za-z0-9+/]{33}', '[A-Za-z0-9+/]{5}[AEIMQUYcgkosw048]='],
  ['openai-api-key', 'credential', 'T3BlbkFJ', `sk-${word}{16,140}`, `${word}{16,140}`],
  ['maxmind-license-key', 'credential', '_mmk', '[A-Za-z0-9]{6}_[A-Za-z0-9]{29}', ''],
  ['telegram-bot-token', 'token', ':AA', '[0-9]{8,10}', `${word}{32,34}`],
  ['mailchimp-key', 'credential', '-us', `${hex}{32}`, '[0-9]{1,2}'],
  ['fcm-server-key', 'credential', ':APA91b', `${word}{7,24}`, `${word}{120,160}`],
  ['rapidapi-key', 'credential', 'jsn', '[a-z0-9]{10}msh[a-z0-9]{15}p1[a-z0-9]{5}', '[a-z0-9]{12}'],
  [
    'teams-webhook',
    'credential',
    '.webhook.office.com/webhookb2/',
    'https://[a-z0-9-]{1,60}',
    `${uuid}@${uuid}/IncomingWebhook/${hex}{32}/${uuid}`,
  ],
]
