import { BlockList, isIPv4 } from 'node:net';

const createList = (family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix = ''] = range.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
};

/** https://www.iana.org/assignments/iana-ipv4-special-registry, multicast and reserved space, and Azure's metadata server. */
const specialIpv4 = createList('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

/**
 * All that is global unicast. Everything else is not public: loopback, unique local, link-local, multicast, and the forms that
 * carry an IPv4 address (mapped, translated by NAT64).
 */
const globalIpv6 = createList('ipv6', ['2000::/3']);

/** https://www.iana.org/assignments/iana-ipv6-special-registry: protocols (Teredo), documentation, 6to4. */
const specialIpv6 = createList('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** Whether an IP address is one of the public internet, so that nothing of the user's own network is reached through it. */
export const isPublicAddress = (address: string): boolean =>
  isIPv4(address)
    ? !specialIpv4.check(address, 'ipv4')
    : globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
