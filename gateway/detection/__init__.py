"""Finds what a text gives away. Pure: texts in, findings out; knows nothing of policies or requests."""

import os

# onnxruntime 1.29 and newer would report to its vendor (microsoft/onnxruntime#27379); the pinned one can't.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
