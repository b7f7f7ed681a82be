"""The office's certificate: pinned, in time, for this host, TLS 1.3. Real servers with certificates made here."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk_app.sync.client import Caller
from kiosk_app.sync.outcomes import CallError, Fault
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.transport import NoAnswerError, Request, RequestsTransport

PING = Request("GET", "/v1/ping")
NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)
ANSWER = b"HTTP/1.1 200 OK\r\nKiosk-Api: 1\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


@dataclass(frozen=True)
class Authority:
    """A certificate authority of this test."""

    key: ec.EllipticCurvePrivateKey
    cert: x509.Certificate
    file: Path


def authority(folder: Path, name: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    cert = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 400 * DAY)
        .not_valid_after(NOW + 400 * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    return Authority(key, cert, file)


def server_files(folder: Path, ca: Authority, host: str, start: dt.datetime, end: dt.datetime) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    try:
        name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        name = x509.DNSName(host)
    cert = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "office")]))
        .issuer_name(ca.cert.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), critical=False)
        .sign(ca.key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + cert.public_bytes(serialization.Encoding.PEM)
    )
    return file


Server = Callable[..., str]


@pytest.fixture
def serve(tmp_path: Path, ca: Authority) -> Iterator[Server]:
    """Starts a TLS server and gives its address; keyword arguments bend its certificate."""
    listeners: list[socket.socket] = []

    def start(
        signed_by: Authority = ca, host: str = "127.0.0.1", begins: dt.datetime = NOW - DAY, ends: dt.datetime = NOW + DAY,
        newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ) -> str:  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = newest
        context.load_cert_chain(server_files(tmp_path, signed_by, host, begins, ends))
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=_answer_all, args=(listener, context), daemon=True).start()
        return f"https://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _answer_all(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            taken, _ = listener.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(taken, server_side=True) as line:
                line.recv(65536)
                line.sendall(ANSWER)
        except OSError:
            taken.close()


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return authority(tmp_path, "office-ca")


def step_for(address: str, ca_file: Path | None) -> Step:
    with pytest.raises(NoAnswerError) as caught:
        RequestsTransport(address, str(ca_file) if ca_file else None).send(PING)
    return caught.value.step


def test_the_pinned_authority_is_trusted(serve: Server, ca: Authority) -> None:
    assert RequestsTransport(serve(), str(ca.file)).send(PING).status == 200


def test_another_authority_is_not(serve: Server, ca: Authority, tmp_path: Path) -> None:
    assert step_for(serve(signed_by=authority(tmp_path, "mall-ca")), ca.file) is Step.TLS


def test_the_system_s_authorities_do_not_know_the_office(serve: Server) -> None:
    assert step_for(serve(), None) is Step.TLS


def test_a_certificate_for_another_host_is_refused(serve: Server, ca: Authority) -> None:
    assert step_for(serve(host="portal.example"), ca.file) is Step.TLS


@pytest.mark.parametrize(("begins", "ends"), [(-3, -1), (1, 3)])
def test_a_certificate_out_of_time_points_at_the_clock(serve: Server, ca: Authority, begins: int, ends: int) -> None:
    assert step_for(serve(begins=NOW + begins * DAY, ends=NOW + ends * DAY), ca.file) is Step.CLOCK


def test_with_a_pinned_authority_only_tls_1_3_will_do(serve: Server, ca: Authority) -> None:
    assert step_for(serve(newest=ssl.TLSVersion.TLSv1_2), ca.file) is Step.TLS


def test_plain_http_on_the_secure_port_is_no_office(ca: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            taken, _ = listener.accept()
            with taken:
                taken.recv(65536)
                taken.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        assert step_for(f"https://127.0.0.1:{listener.getsockname()[1]}", ca.file) is Step.TLS
        thread.join(5)


def test_a_false_certificate_is_a_portal_to_the_lanes(serve: Server, ca: Authority, tmp_path: Path) -> None:
    line = RequestsTransport(serve(signed_by=authority(tmp_path, "mall-ca")), str(ca.file))
    with pytest.raises(CallError) as caught:
        Caller(line).call(PING, {200})
    assert (caught.value.fault, caught.value.step) == (Fault.PORTAL, Step.TLS)


def test_stop_ends_a_call_over_tls(ca: Authority, tmp_path: Path) -> None:
    """The socket is cut below TLS, under the thread that reads it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_files(tmp_path, ca, "127.0.0.1", NOW - DAY, NOW + DAY))
    reading = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hold() -> None:
            taken, _ = listener.accept()
            with context.wrap_socket(taken, server_side=True) as line:
                line.recv(65536)
                reading.set()
                line.recv(65536)

        holder = threading.Thread(target=hold, daemon=True)
        holder.start()
        line = RequestsTransport(f"https://127.0.0.1:{listener.getsockname()[1]}", str(ca.file))
        ended = threading.Event()

        def call() -> None:
            try:
                line.send(PING)
            except Exception as error:  # noqa: BLE001  any other than StoppedError is told below
                outcome.append(type(error).__name__)
            ended.set()

        outcome: list[str] = []
        threading.Thread(target=call, daemon=True).start()
        assert reading.wait(10)
        line.abort()
        assert ended.wait(8)
        holder.join(5)
    assert outcome == ["StoppedError"]
