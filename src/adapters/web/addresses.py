"""Which network addresses are public: the rest is somebody's inside, and stays closed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

# Only this part of IPv6 is handed out to the public network at all.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_NEVER = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier networks, and the metadata service of one cloud
        "168.63.129.16/32",  # a public address that another cloud uses inside
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "240.0.0.0/4",
        "2001::/23",  # Teredo, benchmarking, ORCHID: special uses
        "3fff::/20",  # documentation
    )
)
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain", "onion")


def is_public(address: str) -> bool:
    """Whether this numeric address belongs to the public network, an IPv4 address inside an IPv6 one included."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        return _is_public_v6(ip)
    return _is_public_v4(ip)


def is_local_name(host: str) -> bool:
    """Whether this name is reserved for the inside of networks."""
    name = host.rstrip(".").lower()
    return any(name == local or name.endswith(f".{local}") for local in _LOCAL_NAMES)


def _is_public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not any(ip in network for network in _NEVER)


def _is_public_v6(ip: IPv6Address) -> bool:
    if ip.scope_id is not None:
        return False
    if ip.ipv4_mapped is not None:
        return _is_public_v4(ip.ipv4_mapped)
    if ip in _NAT64:
        return _is_public_v4(IPv4Address(int(ip) & 0xFFFFFFFF))
    if ip in _SIX_TO_FOUR:
        return _is_public_v4(IPv4Address((int(ip) >> 80) & 0xFFFFFFFF))
    return ip in _GLOBAL_UNICAST and ip.is_global and not any(ip in network for network in _NEVER)
