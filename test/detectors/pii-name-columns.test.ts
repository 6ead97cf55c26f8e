import { expect, test } from 'vitest'
import pii from '../../src/catalog/detectors/pii.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = pii.create({})

async function names(text: string): Promise<readonly string[]> {
  const found = await detect(inspectedText(text), { point: 'input' })
  return found
    .filter(({ rule, score }) => rule === 'person-name' && score >= 0.5)
    .map(({ span }) => text.slice(span.start, span.end))
}

test.each([
  [
    'first_name;last_name;city\nOyelaran;Babatope;Lagos\nQuill;Bramblewick;Leeds',
    'Oyelaran Babatope Quill Bramblewick',
  ],
  ['Nachname,Vorname,PLZ\r\nZschokke,Ueli,8001\r\nWüthrich,Regula,3011\r\n', 'Zschokke Ueli Wüthrich Regula'],
  [
    '# Ward 4\n| Patient | Diagnosis |\n|---|---|\n| Grace Hope | flu |\n| Oyelaran Babatope | asthma |',
    'Grace Hope Oyelaran Babatope',
  ],
  ['Our people:\nemployee\tdepartment\nMark Rich\tSales\nQuill Bramblewick\tLegal', 'Mark Rich Quill Bramblewick'],
  ['name,plan\nMarisol Tangherlini,pro\nWuxia Obradors,free', 'Marisol Tangherlini Wuxia Obradors'],
  ['Name | Email\n:-- | ---\nJo Swee Tan | jo@acme.test\nBrx Kwolek | b@acme.test', 'Jo Swee Tan Brx Kwolek'],
  ['```csv\n"Customer","Phone"\n"Tangherlini, Marisol","+44 7911 123456"\n```', 'Tangherlini, Marisol'],
  ['| Customer name | Since |\n| ------------- | ----- |\n| Quill Bramblewick | 2021 |', 'Quill Bramblewick'],
  ['prénom,nom\nAurore,Quinquenel\nZoélie,Brx', 'Aurore Quinquenel Zoélie Brx'],
])('the heading of a column says that its values are names: %j', async (text, expected) => {
  expect((await names(text)).join(' ')).toBe(expected)
})

test.each([
  '| name | version | license |\n|---|---|---|\n| left-pad | 1.3.0 | MIT |\n| Express | 4.18 | MIT |\n| Grace | 1.0 | MIT |',
  'name,price,stock\nBlue Lamp,12.00,4\nOak Table,80.00,2\nGarden Chair,24.00,9',
  'name,ip,role\nweb-1,10.0.0.1,nginx\ndb-2,10.0.0.2,postgres',
  '| Name | Type | Description |\n|---|---|---|\n| id | string | The id |\n| Customer Name | string | Who bought |',
  'File name,Size\nReport.pdf,12\nNotes,3',
  '| Name | Country |\n|---|---|\n| Paris | France |\n| Virginia | USA |',
  'customer,revenue\nAcme Robotics Inc,120\nStellar Foods Group,80\nGlobex,12',
  'customer,orders\nC-1029,3\nC-1030,4',
  'first_name,last_name,email\nstring,string,string\nrequired,required,optional',
  '| Patient | Status |\n|---|---|\n| Stable | ok |\n| Total | 12 |',
  'host name,zone\nNebula,eu\nQuasar,us',
  'user,commits\nroot,3\nadmin,4',
  'Dear customer, name, address and so on\nWuxia Obradors, Leeds, and so on',
  'name,team\nAlpha Squad,red\nBravo Squad,blue\nHope Squad,green',
])('values of other columns are none: %j', async (text) => {
  expect(await names(text)).toEqual([])
})

test('a column ends with its table', async () => {
  expect(await names('first name,age\nZschokke,41\n\nBramblewick,is a village\n')).toEqual(['Zschokke'])
})
