"""Imports Petals so that it works beside today's hivemind, says little and dials nothing of its own accord.

Call `load` before anything imports petals. Knows nothing of serving or generating.

hivemind 1.1.12 no longer re-exports most names from its top-level package, while petals 2.2.0.post1
imports them from there; `load` puts them back from the submodules that define them.
"""

from __future__ import annotations

import importlib
import logging
import os
import warnings
from typing import Any

_HIVEMIND_NAMES = {
    "hivemind.compression.serialization": (
        "deserialize_tensor_stream",
        "deserialize_torch_tensor",
        "serialize_torch_tensor",
    ),
    "hivemind.dht": ("DHTNode",),
    "hivemind.moe.server.runtime": ("Runtime",),
    "hivemind.p2p": ("P2P", "P2PContext", "PeerID"),
    "hivemind.utils": (
        "MAX_DHT_TIME_DISCREPANCY_SECONDS",
        "MSGPackSerializer",
        "TimedStorage",
        "enter_asynchronously",
        "get_dht_time",
        "get_logger",
    ),
    "hivemind.utils.asyncio": ("anext",),
    "hivemind.utils.nested": ("nested_compare", "nested_flatten", "nested_pack"),
    "hivemind.utils.tensor_descr": ("BatchTensorDescriptor", "TensorDescriptor"),
}

# Read by hivemind, petals, transformers and huggingface-hub when they are imported.
_ENVIRONMENT = {
    "BITSANDBYTES_NOWELCOME": "1",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "HIVEMIND_COLORS": "never",
    "HIVEMIND_LOGLEVEL": "WARNING",
    "PETALS_LOGGING": "False",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TRANSFORMERS_OFFLINE": "1",
}

# Settings of hivemind's libp2p daemon. On by default there, each of them asks other machines for
# something: port mappings of the router (UPnP, NAT-PMP), dial-backs, relays.
_QUIET_DAEMON = {"auto_nat": False, "nat_port_map": False, "use_auto_relay": False, "use_relay": False}


# What they say is either no concern of a user (bitsandbytes on a CPU) or said better by the caller.
_TALKATIVE = ("asyncio", "bitsandbytes", "hivemind.dht", "hivemind.p2p")


def load() -> None:
    """Import petals, mended and silent. Idempotent; takes seconds the first time.

    Raises:
        ImportError: this is not the Petals environment.
    """
    os.environ.update(_ENVIRONMENT)
    warnings.filterwarnings("ignore", category=UserWarning)
    warnings.filterwarnings("ignore", category=FutureWarning)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _restore_hivemind_names()
    _quieten_daemon()
    importlib.import_module("gateway.swarm.streams").mend()
    importlib.import_module("petals")
    _forbid_version_check()
    transformers = importlib.import_module("transformers")
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    importlib.import_module("hivemind.utils.logging").use_hivemind_log_handler("nowhere")
    # Last, because what was imported above installs and removes handlers of its own.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    logging.getLogger("sepal").setLevel(logging.INFO)


def _restore_hivemind_names() -> None:
    hivemind = importlib.import_module("hivemind")
    for module_name, names in _HIVEMIND_NAMES.items():
        module = importlib.import_module(module_name)
        for name in names:
            if not hasattr(hivemind, name):
                setattr(hivemind, name, getattr(module, name))


def _quieten_daemon() -> None:
    p2p = importlib.import_module("hivemind.p2p").P2P
    if getattr(p2p, "starts_quietly", False):
        return
    create = p2p.create.__func__

    async def create_quietly(cls: Any, *args: Any, **kwargs: Any) -> Any:
        return await create(cls, *args, **(_QUIET_DAEMON | kwargs))

    p2p.create = classmethod(create_quietly)
    p2p.starts_quietly = True


def _forbid_version_check() -> None:
    # It asks a package index at start; petals' own command lines import the name from here.
    vars(importlib.import_module("petals.utils.version"))["validate_version"] = lambda: None
