"""Which addresses are public."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.addresses import is_local_name, is_public

PRIVATE_V4 = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"),
    *("168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1"),
    *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1"),
    "255.255.255.255",
]


@pytest.mark.parametrize("address", PRIVATE_V4)
def test_what_is_not_public_in_ipv4_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111"])
def test_what_is_public_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1"),
        *("3fff::1", "2001::1", "100::1", "64:ff9b:1::a00:1", "::7f00:1", "5f00::1", "2606:4700::1111%1"),
    ],
)
def test_what_is_not_public_in_ipv6_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["", "example.org", "127.1", "2130706433", "0x7f000001", "1.2.3", "[::1]", "١.١.١.١"]
)
def test_what_is_no_numeric_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@given(address=st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_is_as_public_as_it_is_alone(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    inside = [
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x0064FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
    ]

    assert {is_public(str(wrapped)) for wrapped in inside} == {is_public(str(address))}


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "localhost.", "a.localhost", "printer.local", "db.internal"]
)
def test_names_of_the_inside_are_known(host: str) -> None:
    assert is_local_name(host)


@pytest.mark.parametrize("host", ["example.org", "localhost.example.org", "notlocalhost", "internal.example.com"])
def test_other_names_are_not_of_the_inside(host: str) -> None:
    assert not is_local_name(host)
