"""Runs a module of the Petals side with its wires tapped: tapped.py OUT -m MODULE ARGUMENTS…

Of the bridge, every byte that enters is written to OUT/bridge.bin; of a server that holds the first
block, every hidden state that a handler takes from the wire to OUT/hidden-PID.bin, as rows, columns
(int32 each) and float32 values. This is what strangers would see. Runs in the Petals environment.
"""

from __future__ import annotations

import os
import runpy
import struct
import sys
from pathlib import Path
from typing import Any


def append(path: Path, data: bytes) -> None:
    """One write, so that lines of several processes do not mix."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def tap_bridge(out: Path) -> None:
    from uvicorn.protocols.http import h11_impl, httptools_impl

    def tapped(real: Any) -> Any:
        def data_received(self: Any, data: bytes) -> None:
            append(out / "bridge.bin", data)
            real(self, data)

        return data_received

    for protocol in (h11_impl.H11Protocol, httptools_impl.HttpToolsProtocol):
        protocol.data_received = tapped(protocol.data_received)


def tap_server(out: Path) -> None:
    from gateway.swarm import petals_stack

    load = petals_stack.load

    def load_and_tap() -> None:
        load()
        import hivemind.compression.serialization as serialization

        real = serialization.deserialize_torch_tensor

        def deserialize_torch_tensor(*arguments: Any, **options: Any) -> Any:
            tensor = real(*arguments, **options)
            if tensor.dim() == 3 and tensor.is_floating_point() and tensor.numel():
                rows = tensor.detach().float().reshape(-1, tensor.shape[-1]).contiguous().numpy()
                header = struct.pack("<ii", *rows.shape)
                append(out / f"hidden-{os.getpid()}.bin", header + rows.tobytes())
            return tensor

        for module in list(sys.modules.values()):
            if getattr(module, "deserialize_torch_tensor", None) is real:
                module.deserialize_torch_tensor = deserialize_torch_tensor  # type: ignore[attr-defined]

    petals_stack.load = load_and_tap


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
