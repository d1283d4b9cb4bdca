"""Runs a module of the Petals side with its wires tapped: tapped.py OUT … -m MODULE ARGUMENTS…

Of the bridge, every byte that enters is written, one file a connection, to OUT/bridge-PID-N.bin. Of a
server that holds the first block, every hidden state that a handler takes from the wire is appended to
OUT/hidden-PID.bin: 16 bytes that name the call, rows and columns (int32 each), then float32 values. This
is what a stranger's machine sees. Runs in the Petals environment.
"""

from __future__ import annotations

import itertools
import os
import runpy
import struct
import sys
import uuid
from contextvars import ContextVar
from pathlib import Path
from typing import Any

_call: ContextVar[bytes] = ContextVar("call")


def append(path: Path, data: bytes) -> None:
    """One write a record, so that nothing lies in a buffer when the process is killed."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def tap_bridge(out: Path) -> None:
    from uvicorn.protocols.http import h11_impl, httptools_impl

    count = itertools.count()

    def tapped(protocol: Any) -> Any:
        real = protocol.data_received

        def data_received(self: Any, data: bytes) -> None:
            if not hasattr(self, "tapped_number"):
                self.tapped_number = next(count)
            append(out / f"bridge-{os.getpid()}-{self.tapped_number}.bin", data)
            real(self, data)

        return data_received

    for protocol in (h11_impl.H11Protocol, httptools_impl.HttpToolsProtocol):
        protocol.data_received = tapped(protocol)


def tap_server(out: Path) -> None:
    from gateway.swarm import petals_stack

    petals_stack.load()
    from hivemind.compression import serialization

    real = serialization.deserialize_torch_tensor

    def deserialize_torch_tensor(*arguments: Any, **options: Any) -> Any:
        tensor = real(*arguments, **options)
        if tensor.dim() == 3 and tensor.is_floating_point() and tensor.numel():
            rows = tensor.detach().float().reshape(-1, tensor.shape[-1]).contiguous().numpy()
            append(out / f"hidden-{os.getpid()}.bin", _this_call() + struct.pack("<ii", *rows.shape) + rows.tobytes())
        return tensor

    # Everywhere that it was imported to: inference, forward and backward take their tensors by it.
    for module in list(sys.modules.values()):
        if vars(module).get("deserialize_torch_tensor") is real:
            vars(module)["deserialize_torch_tensor"] = deserialize_torch_tensor


def _this_call() -> bytes:
    """Names the call that is being answered: each one has a task, and so a context, of its own."""
    name = _call.get(b"")
    if not name:
        name = uuid.uuid4().bytes
        _call.set(name)
    return name


def main() -> None:
    out, at = Path(sys.argv[1]), sys.argv.index("-m")
    module, arguments = sys.argv[at + 1], sys.argv[at + 2 :]
    if module == "gateway.swarm.bridge":
        tap_bridge(out)
    elif module == "gateway.swarm.host" and arguments[arguments.index("--blocks") + 1].startswith("0:"):
        tap_server(out)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
