"""Which servers may be spoken to: the table of what attackers try, and what an operator permits."""

import ipaddress
from typing import Final

import pytest
from pydantic import TypeAdapter, ValidationError

from api.schemas.webhooks import UrlText
from api.webhooks.addresses import AddressRules, Network, Url, parse_url

PUBLIC_ONLY: Final = AddressRules()
LABORATORY: Final = AddressRules(
    tuple(map(ipaddress.ip_network, ("10.1.0.0/16", "127.0.0.0/8", "fd00:7::/32", "::1/128")))
)

PUBLIC: Final = (
    "93.184.216.34",
    "8.8.8.8",
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",  # 8.8.8.8 behind a translator
)
NOT_PUBLIC: Final = (
    "0.0.0.0",  # noqa: S104  asked about, not bound
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",  # where clouds keep credentials
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "233.252.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",  # 127.0.0.1 behind a translator
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::808:808",  # Teredo
    "2001:db8::1",
    "2002:7f00:1::1",  # 127.0.0.1 by 6to4
    "2002:a9fe:a9fe::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "5f00::1",
    "",
    "localhost",
    "0x7f.1",
    "127.1",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached_by_tls_and_not_without(address: str) -> None:
    assert PUBLIC_ONLY.may_reach(address, encrypted=True)
    assert not PUBLIC_ONLY.may_reach(address, encrypted=False)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_other_address_is_reached(address: str) -> None:
    assert not PUBLIC_ONLY.may_reach(address, encrypted=True)
    assert not PUBLIC_ONLY.may_reach(address, encrypted=False)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("fd00:7::1", True),
        ("10.2.0.1", False),
        ("169.254.169.254", False),
        ("64:ff9b::a02:1", False),  # 10.2.0.1
        ("fd00:8::1", False),
    ],
)
def test_the_operators_own_networks_are_reached_in_the_clear_too(
    address: str, *, allowed: bool
) -> None:
    assert LABORATORY.may_reach(address, encrypted=False) is allowed
    assert LABORATORY.may_reach(address, encrypted=True) is allowed


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.com", Url("https", "example.com", 443, "/")),
        ("https://example.com/", Url("https", "example.com", 443, "/")),
        ("https://example.com:8443/a/b?c=d&e", Url("https", "example.com", 8443, "/a/b?c=d&e")),
        ("http://10.1.2.3/hook", Url("http", "10.1.2.3", 80, "/hook")),
        ("https://[2606:4700::1]:8443/x", Url("https", "2606:4700::1", 8443, "/x")),
        ("https://a_b.example.com/%E5%98%89", Url("https", "a_b.example.com", 443, "/%E5%98%89")),
    ],
)
def test_an_endpoints_url_has_four_parts(text: str, url: Url) -> None:
    assert TypeAdapter(UrlText).validate_python(text) == text
    assert parse_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "https:///path",
        "ftp://example.com/",
        "HTTPS://example.com/",
        "//example.com/",
        "https://user@example.com/",
        "https://user:word@example.com/",
        "https://example.com#here",
        "https://example.com/#here",
        "https://example.com/ a",
        "https://example.com/\r\nX-Evil: 1",
        "https://example.com\\@10.0.0.1/",
        "https://example.com/\n",
        "https://exam ple.com/",
        "https://.example.com/",
        "https://example.com./",
        "https://例.com/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:443443/",
        "https://example.com?x=1",
        "https://[::1/",
        "https://[1:2:3]/",
        "https://[fe80::1%25eth0]/",
        "https://example.com/" + "a" * 500,
    ],
)
def test_any_other_text_is_no_url_of_an_endpoint(text: str) -> None:
    assert parse_url(text) is None


def test_what_the_schema_takes_and_the_parser_does_not_is_only_out_of_range() -> None:
    for text in ("https://example.com:65536/", "https://[1:2:3]/"):
        assert TypeAdapter(UrlText).validate_python(text) == text
    for text in ("https://user@example.com/", "https://example.com/\n", "https://例.com/"):
        with pytest.raises(ValidationError):
            TypeAdapter(UrlText).validate_python(text)


@pytest.mark.parametrize(
    ("rules", "text", "objection"),
    [
        (PUBLIC_ONLY, "https://example.com/", None),
        (PUBLIC_ONLY, "https://93.184.216.34/", None),
        (PUBLIC_ONLY, "http://example.com/", "https_required"),
        (PUBLIC_ONLY, "http://93.184.216.34/", "https_required"),
        (PUBLIC_ONLY, "https://10.1.2.3/", "address_not_allowed"),
        (PUBLIC_ONLY, "http://10.1.2.3/", "address_not_allowed"),
        (PUBLIC_ONLY, "https://[::1]/", "address_not_allowed"),
        (LABORATORY, "http://10.1.2.3/", None),
        (LABORATORY, "http://[::1]:8080/", None),
        (LABORATORY, "http://10.2.0.1/", "address_not_allowed"),
        (LABORATORY, "http://93.184.216.34/", "https_required"),
        (LABORATORY, "http://register.internal/", None),  # asked again when it is resolved
    ],
)
def test_what_can_never_work_is_said_at_once(
    rules: AddressRules, text: str, objection: str | None
) -> None:
    url = parse_url(text)
    assert url is not None
    assert rules.objection(url) == objection


def test_an_allow_list_is_made_of_networks() -> None:
    network: Network = ipaddress.ip_network("10.1.0.0/16")
    assert AddressRules((network,)).may_reach("10.1.0.1", encrypted=False)
