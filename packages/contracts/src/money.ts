/**
 * Minor units as spreadsheets read money, without a sign of the currency: `-1500` cents are `-15.00`.
 *
 * @param perMajor how many minor units make one major unit: 1, 100 or 1,000
 */
export function formatMinor(minor: bigint, perMajor: bigint): string {
  const digits = perMajor.toString().length - 1;
  const size = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const sign = minor < 0n ? '-' : '';
  return digits === 0 ? sign + size : `${sign}${size.slice(0, -digits)}.${size.slice(-digits)}`;
}
