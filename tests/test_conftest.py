"""The ground the tests stand on holds."""

from __future__ import annotations

import socket

import pytest


def test_a_connection_out_of_this_machine_is_refused() -> None:
    with socket.socket() as outgoing, pytest.raises(PermissionError, match="may not leave"):
        outgoing.connect(("192.0.2.1", 80))


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(PermissionError, match="may not leave"):
        socket.create_connection(("example.com", 80))


def test_a_datagram_out_of_this_machine_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as outgoing, pytest.raises(PermissionError):
        outgoing.sendto(b"hello", ("192.0.2.1", 9))


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
