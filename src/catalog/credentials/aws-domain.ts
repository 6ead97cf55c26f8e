/** https://docs.aws.amazon.com/general/latest/gr/rande.html; China has a domain of its own. */
export function awsDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
}
