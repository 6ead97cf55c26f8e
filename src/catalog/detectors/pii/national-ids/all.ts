import type { CodeKind } from '../code-kind.ts'
import { ngNin, zaId } from './africa.ts'
import { atSvnr } from './at.ts'
import { beNationalNumber } from './be.ts'
import { caSin } from './ca.ts'
import { chAhv } from './ch.ts'
import { deIdCard, dePension, deTaxId } from './de.ts'
import { cnResidentId, hkId, jpMyNumber, krRrn, twId } from './east-asia.ts'
import {
  balticPersonalCode,
  bgEgn,
  czBirthNumber,
  grAmka,
  hrOib,
  huTaj,
  lvPersonalCode,
  roCnp,
  ruInn,
  ruSnils,
  uaTax,
} from './eastern-europe.ts'
import { esDni, esNie } from './es.ts'
import { frNir, frTax } from './fr.ts'
import { ukNhs, ukNino, ukUtr } from './gb.ts'
import { iePps } from './ie.ts'
import { inAadhaar, inPan } from './in.ts'
import { itFiscalCode } from './it.ts'
import { arCuit, arDni, brCnpj, brCpf, clRut, coCedula, coNit, mxCurp, mxRfc } from './latin-america.ts'
import { aeEmiratesId, ilId, saId } from './middle-east.ts'
import { nlBsn } from './nl.ts'
import { dkCpr, fiHetu, noFodselsnummer, sePersonnummer } from './nordic.ts'
import { auAbn, auMedicare, auTfn, nzIrd, nzNhi } from './oceania.ts'
import { plNip, plPesel } from './pl.ts'
import { ptNif } from './pt.ts'
import { idNik, myKad, sgNric, thId } from './south-east-asia.ts'
import { trTckn } from './tr.ts'
import { usEin, usItin, usSsn } from './us.ts'

/** Numbers by which states know people, and a few by which they know firms. */
export const nationalIds: readonly CodeKind[] = [
  zaId,
  ngNin,
  atSvnr,
  beNationalNumber,
  caSin,
  chAhv,
  deTaxId,
  dePension,
  deIdCard,
  cnResidentId,
  krRrn,
  jpMyNumber,
  twId,
  hkId,
  czBirthNumber,
  roCnp,
  bgEgn,
  hrOib,
  balticPersonalCode,
  lvPersonalCode,
  huTaj,
  uaTax,
  ruSnils,
  ruInn,
  grAmka,
  esDni,
  esNie,
  frNir,
  frTax,
  ukNhs,
  ukNino,
  ukUtr,
  iePps,
  inAadhaar,
  inPan,
  itFiscalCode,
  brCpf,
  brCnpj,
  mxCurp,
  mxRfc,
  arCuit,
  arDni,
  clRut,
  coCedula,
  coNit,
  ilId,
  aeEmiratesId,
  saId,
  nlBsn,
  sePersonnummer,
  noFodselsnummer,
  dkCpr,
  fiHetu,
  auTfn,
  auMedicare,
  auAbn,
  nzIrd,
  nzNhi,
  plPesel,
  plNip,
  ptNif,
  sgNric,
  thId,
  myKad,
  idNik,
  trTckn,
  usSsn,
  usItin,
  usEin,
]
