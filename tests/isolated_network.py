"""Runs the whole product in a network namespace whose only way out is a device that records packets.

Run as a program by test_nothing_phones_home.py; prints one JSON object. Linux only.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import fcntl
import io
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCADDRT, SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK = 0x890B, 0x8914, 0x8916, 0x891C
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
IFF_UP, IFF_RUNNING = 0x1, 0x40
ROOT = Path(__file__).parent.parent
SEPAL = [sys.executable, "-c", "from gateway.cli import main; main()"]


def enter_namespace() -> None:
    """A network namespace of our own; through a user namespace where we are not root."""
    uid, gid = os.getuid(), os.getgid()
    flags = CLONE_NEWNET if uid == 0 else CLONE_NEWNET | CLONE_NEWUSER
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        print(json.dumps({"impossible": os.strerror(ctypes.get_errno())}))
        sys.exit(0)
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")


def _up(sock: socket.socket, name: bytes) -> None:
    fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sh22x", name, IFF_UP | IFF_RUNNING))


def _address(sock: socket.socket, request: int, name: bytes, address: str) -> None:
    packed = struct.pack("16sHH4s16x", name, socket.AF_INET, 0, socket.inet_aton(address))
    fcntl.ioctl(sock, request, packed)


def recording_device() -> int:
    """Descriptor of a TUN device that is the default route: every packet that would leave arrives here."""
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        _up(sock, b"lo")
        _address(sock, SIOCSIFADDR, b"tun0", "10.99.0.1")
        _address(sock, SIOCSIFNETMASK, b"tun0", "255.255.255.0")
        _up(sock, b"tun0")
        entry = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton("0.0.0.0"))
        gateway = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton("10.99.0.2"))
        # struct rtentry on 64-bit: pad, dst, gateway, genmask, flags (RTF_UP | RTF_GATEWAY), then zeros.
        route = struct.pack("Q", 0) + entry + gateway + entry + struct.pack("H", 3) + bytes(62)
        fcntl.ioctl(sock, SIOCADDRT, route)
    return tun


class Recorder(threading.Thread):
    """Collects what would have left: packets on the device, and questions to a resolver on loopback."""

    def __init__(self, tun: int) -> None:
        super().__init__(daemon=True)
        self.seen: list[str] = []
        self._tun = tun
        self._resolvers: list[socket.socket] = []
        for line in Path("/etc/resolv.conf").read_text().splitlines():
            server = line.split()[1] if line.startswith("nameserver ") else ""
            if server.startswith("127."):
                resolver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                resolver.bind((server, 53))
                self._resolvers.append(resolver)

    def run(self) -> None:
        while True:
            ready, _, _ = select.select([self._tun, *self._resolvers], [], [])
            for source in ready:
                if source == self._tun:
                    self._packet(os.read(self._tun, 65536))
                else:
                    self.seen.append(f"resolver was asked {_question(source.recv(4096))}")

    def _packet(self, packet: bytes) -> None:
        if packet[0] >> 4 == 4:
            port = struct.unpack("!H", packet[22:24])[0] if packet[9] in (6, 17) else 0
            asked = f" asking {_question(packet[28:])}" if port == 53 and packet[9] == 17 else ""
            self.seen.append(f"IPv4 to {socket.inet_ntoa(packet[16:20])} port {port}{asked}")
        elif packet[24] != 0xFF:
            # ff…: the kernel's own multicast (router solicitation, listener reports).
            self.seen.append(f"IPv6 to {socket.inet_ntop(socket.AF_INET6, packet[24:40])}")


def _question(message: bytes) -> str:
    """The name that a DNS query asks for (RFC 1035, 4.1.2)."""
    labels, at = [], 12
    while at < len(message) and message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode("ascii", "replace"))
        at += 1 + message[at]
    return ".".join(labels)


def control(recorder: Recorder) -> list[str]:
    """Dial out on purpose, to see that it is recorded."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", ("203.0.113.9", 4242))
    subprocess.run(
        [sys.executable, "-c", "import socket; socket.getaddrinfo('sepal-control.example', 443)"],
        env={**os.environ, "RES_OPTIONS": "timeout:1 attempts:1"}, stderr=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    time.sleep(0.5)
    seen = list(recorder.seen)
    recorder.seen.clear()
    return seen


def get(url: str) -> tuple[int, Any]:
    """Status and JSON; 0 while nothing answers."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=5) as response:
            return response.status, json.load(response)
    except OSError:
        return 0, None


def use(port: int) -> dict[str, str]:
    """Both prompts of the README, streamed and not, and the other endpoints; prompt → destination."""
    import openai

    client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="anything", max_retries=0)
    went: dict[str, str] = {}
    for prompt in ("Why is the sky blue?", "Write to my patient Maria Gonzalez, born 3 May 1961, about her biopsy"):
        answer = client.chat.completions.with_raw_response.create(
            model="auto", max_tokens=4, messages=[{"role": "user", "content": prompt}]
        )
        went[prompt] = answer.headers["x-sepal-destination"]
        for _ in client.chat.completions.create(
            model="auto", max_tokens=4, stream=True, messages=[{"role": "user", "content": prompt}]
        ):
            pass
    client.completions.create(model="auto", prompt="see https://example.com or mail a@b.co.uk", max_tokens=2)
    list(client.models.list())
    first = client.responses.create(model="auto", input="Name a colour.", max_output_tokens=2)
    client.responses.create(model="auto", input="Another.", max_output_tokens=2, previous_response_id=first.id)
    client.embeddings.create(model="auto", input=["see https://example.com", "天空"])
    client.moderations.create(input="mail a@b.co.uk")
    body = {"model": "auto", "max_tokens": 2, "messages": [{"role": "user", "content": "Name a colour."}]}
    client.post("/messages", body=body, cast_to=object)
    look_at_files(client)
    return went


def look_at_files(client: Any) -> None:
    """A file and a picture, both with words that would send a careless reader away."""
    import openai
    from PIL import Image, ImageDraw

    words = "see https://example.com/a.css"
    picture, png = Image.new("RGB", (600, 80), "white"), io.BytesIO()
    ImageDraw.Draw(picture).text((10, 20), words, fill="black", font_size=32)
    picture.save(png, "PNG")
    page = f"<html><head><link rel=stylesheet href='https://example.com/a.css'></head><body>{words}</body></html>"
    file = {"filename": "a.html", "file_data": f"data:text/html;base64,{base64.b64encode(page.encode()).decode()}"}
    image = {"url": f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"}
    client.chat.completions.create(
        model="auto", max_tokens=2, messages=[{"role": "user", "content": [{"type": "file", "file": file}]}]
    )
    with contextlib.suppress(openai.BadRequestError):  # It is read, and then no model here sees pictures.
        client.chat.completions.create(
            model="auto",
            max_tokens=2,
            messages=[{"role": "user", "content": [{"type": "image_url", "image_url": image}]}],
        )


def commands(state: str) -> list[int]:
    """The statuses of commands that inspect and read, run at the same time."""
    environment = {**os.environ, "SEPAL_STATE_DIR": state}
    asked = (["explain", "mail me at jo@example.org or www.bbc.co.uk"], ["check"], ["paths"])
    started = [subprocess.Popen([*SEPAL, *command], env=environment, stdout=subprocess.DEVNULL) for command in asked]
    return [process.wait(timeout=60) for process in started]


def others_here() -> list[str]:
    """Command lines of the other processes of this namespace."""
    ours, found = Path("/proc/self/ns/net").readlink(), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if (entry / "ns" / "net").readlink() == ours:
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
    return found


def main(state: str, port: int, tmpdir: str) -> None:
    """Record what the product sends anywhere but to loopback, from start to stop."""
    enter_namespace()
    recorder = Recorder(recording_device())
    recorder.start()
    result: dict[str, Any] = {"control": control(recorder)}
    policy = Path(state) / "policy.yaml"
    policy.write_text("version: 1\nname: mine\nextends: default\nattachments: {images: by_text}\n")
    options = ["--state-dir", state, "--policy", str(policy)]
    up = subprocess.Popen(
        [*SEPAL, "up", *options, "--port", str(port), "--petals-venv", str(ROOT / ".venv-petals")],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": tmpdir},
    )
    try:
        deadline = time.monotonic() + 150
        states: dict[str, Any] = {}
        while time.monotonic() < deadline and set(states.values()) != {"ready"}:
            time.sleep(0.5)
            status, report = get(f"http://127.0.0.1:{port}/health/ready")
            states = {name: item["state"] for name, item in report["destinations"].items()} if status else {}
        result["states"] = states
        result["went"] = use(port)
        result["commands"] = commands(state)
        time.sleep(3)
    finally:
        begun = time.monotonic()
        up.send_signal(signal.SIGINT)
        result["status"] = up.wait(timeout=30)
        result["seconds"] = time.monotonic() - begun
        result["left"] = others_here()
    result["recorded"] = recorder.seen
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
