"""Addresses that only programs of the same machine reach."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Of a host's name or address; another name may lead anywhere."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
