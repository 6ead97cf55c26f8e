import type { DetectorExample } from '../../../core/inspection/detection.ts'
import { fingerprintsOfDocument, fingerprintsOfValues } from './fingerprints.ts'

export const exampleSalt = 'only for the examples of this file'

const contract =
  'The Supplier shall deliver forty turbine blades of type K7 to the yard in Emden before the first of March, at a price of 18,450 euros each. ' +
  'If the delivery is late by more than ten days, the Customer may withdraw and the deposit falls to the Customer. ' +
  'Beide Seiten wahren Stillschweigen über die Legierung und ihre Herstellung.'

const customers = [
  'Maria Castellanos-Reyes',
  'Jürgen Öztürk',
  '山田太郎',
  'm.castellanos@polaris.example',
  'DE89 3704 0044 0532 0130 00',
  '4929-8813-2266-1044',
  '+49 4921 555 0134',
  'KX-99417-B',
]

export const exampleFingerprints = [
  fingerprintsOfDocument('contract', contract, exampleSalt),
  fingerprintsOfValues('customers', customers, exampleSalt),
]

export const flagged: readonly DetectorExample[] = [
  ...[
    'Summarise: The Supplier shall deliver forty turbine blades of type K7 to the yard in Emden.',
    'THE SUPPLIER SHALL DELIVER FORTY TURBINE BLADES OF TYPE K7 to the yard',
    'the supplier shall deliver\n  forty turbine blades — of type K7 — to the yard',
    'It says "at a price of 18,450 euros each. If the delivery is late by more than ten days" somewhere.',
    'the customer may withdraw and the deposit falls to the customer',
    'Beide Seiten wahren Stillschweigen über die Legierung und ihre Herstellung',
    'before the first of March, at a price of 18,450 euros each',
    '> If the delivery is late by more than ten days,\n> the Customer may withdraw',
    Buffer.from('The Supplier shall deliver forty turbine blades of type K7 to the yard').toString('base64'),
    'The Supplier shall deliver forty turbine blades of type K7 (new!) to the yard in Emden before the first of March',
  ].map((text) => ({ text, rule: 'document-excerpt' })),
  ...[
    'Call Maria Castellanos-Reyes today.',
    'maria castellanos reyes',
    'MARIA CASTELLANOS–REYES owes us',
    'Herr Jürgen Öztürk hat angerufen.',
    '山田太郎さんに連絡してください',
    'write to M.Castellanos@polaris.example please',
    'IBAN DE89370400440532013000',
    'IBAN: DE89 3704 0044 0532 0130 00.',
    'card 4929881322661044 was declined',
    'card 4929 8813 2266 1044',
    '+4949215550134',
    'tel. +49 (4921) 555-0134',
    'case kx99417b',
    '{"name":"Jürgen Öztürk"}',
  ].map((text) => ({ text, rule: 'listed-value' })),
]

export const clean: readonly DetectorExample[] = [
  'The Supplier shall deliver on time.',
  'Forty turbine blades were delivered.',
  'If the delivery is late, you may withdraw.',
  'to the yard in Emden',
  'Both sides keep quiet about the alloy.',
  'The price is 18,450 euros.',
  'deposit falls to the Customer may withdraw and the',
  'before the first of March we met in Hamburg',
  'Maria called.',
  'Castellanos is a family name.',
  'Maria Reyes-Castellanos',
  'Maria Castellanos',
  'Jürgen ist da, Öztürk nicht.',
  '山田さんは元気です',
  '太郎と山田',
  'DE89 3704 0044 0532 0130 01',
  '4929 8813 2266 1045',
  '+49 4921 555 0135',
  'KX-99417-C',
  'castellanos@polaris.example',
  'm.castellanos at another.example',
  '',
].map((text) => ({ text }))
