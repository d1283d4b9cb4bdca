"""The audit trail: what was decided and why, never what was said."""
