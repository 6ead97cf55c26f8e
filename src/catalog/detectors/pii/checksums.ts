/** Check digits of numbers that people and accounts have. All take digits only. */

/** ISO/IEC 7812-1, Luhn. */
export function luhn(digits: string): boolean {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48
    const doubled = place % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** Sum of digits by their weights; weights end where digits do. */
export function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (let place = 0; place < weights.length; place++) sum += (digits.charCodeAt(place) - 48) * (weights[place] ?? 0)
  return sum
}

/** ISO 7064 MOD 97-10 over letters and digits, letters as 10 to 35. */
export function mod97(code: string): number {
  let rest = 0
  for (let place = 0; place < code.length; place++) {
    const unit = code.charCodeAt(place)
    const value = unit >= 65 ? unit - 55 : unit - 48
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97
  }
  return rest
}

/** ISO 7064 MOD 11,10, the last digit checks those before. */
export function mod11And10(digits: string): boolean {
  let product = 10
  for (let place = 0; place < digits.length - 1; place++) {
    const sum = (digits.charCodeAt(place) - 48 + product) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (11 - product) % 10 === digits.charCodeAt(digits.length - 1) - 48
}

const dihedral = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const permutation = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
]

/** Verhoeff (1969), of Aadhaar numbers. */
export function verhoeff(digits: string): boolean {
  let check = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48
    check = Number(dihedral[check]?.[Number(permutation[place % 8]?.[digit])])
  }
  return check === 0
}

/** GS1 and ISBN-13: weights 1 and 3. */
export function ean13(digits: string): boolean {
  return weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0
}

/** A day that exists: `year` may have two digits, a month up to 12. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const leap = year % 4 === 0 && (year < 100 || year % 100 !== 0 || year % 400 === 0)
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)
}

/** Two digits at a place as a number. */
export function two(code: string, place: number): number {
  return (code.charCodeAt(place) - 48) * 10 + code.charCodeAt(place + 1) - 48
}

/** One digit said over and over, or a count up or down, is nobody's number. */
export function isMonotone(digits: string): boolean {
  const step = digits.charCodeAt(1) - digits.charCodeAt(0)
  if (step < -1 || step > 1) return false
  for (let place = 2; place < digits.length; place++) {
    const next = (digits.charCodeAt(place - 1) - 48 + step + 10) % 10
    if (digits.charCodeAt(place) - 48 !== next) return false
  }
  return true
}

/** ICAO 9303 part 3: weights 7 3 1, letters as 10 to 35. */
export function icaoDigit(code: string): string {
  let sum = 0
  for (let place = 0; place < code.length; place++) {
    const unit = code.charCodeAt(place)
    const value = unit === 60 ? 0 : unit >= 65 ? unit - 55 : unit - 48
    sum += value * ([7, 3, 1][place % 3] ?? 0)
  }
  return String(sum % 10)
}
