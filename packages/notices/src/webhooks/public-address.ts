import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * What must never be reached from inside a network: this machine, private and link-local networks
 * (which hold the metadata services of clouds), and whatever is reserved (RFC 6890 and successors).
 */
const CLOSED_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Of IPv6 only 2000::/3 is handed out; within it these lead elsewhere. */
const OPEN_V6 = ['2000::', 3] as const;
const CLOSED_V6 = [
  // Tunnels carry an IPv4 address of anybody's choice.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const closedV4 = new BlockList();
for (const [net, prefix] of CLOSED_V4) closedV4.addSubnet(net, prefix, 'ipv4');
const openV6 = new BlockList();
openV6.addSubnet(OPEN_V6[0], OPEN_V6[1], 'ipv6');
const closedV6 = new BlockList();
for (const [net, prefix] of CLOSED_V6) closedV6.addSubnet(net, prefix, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether an IP address may be connected to: a public one, and with `allowLoopback` this machine.
 * IPv4 addresses in IPv6 clothes (`::ffff:10.0.0.1`, `64:ff9b::`) are no public IPv6 addresses.
 */
export function mayConnectTo(address: string, allowLoopback: boolean): boolean {
  if (isIPv4(address)) {
    if (allowLoopback && loopback.check(address, 'ipv4')) return true;
    return !closedV4.check(address, 'ipv4');
  }
  if (!isIPv6(address)) return false;
  if (allowLoopback && isLoopbackV6(address)) return true;
  return openV6.check(address, 'ipv6') && !closedV6.check(address, 'ipv6');
}

/** An IPv4-mapped address is checked as the IPv4 address it is by BlockList itself. */
const isLoopbackV6 = (address: string): boolean => loopback.check(address, 'ipv6');
