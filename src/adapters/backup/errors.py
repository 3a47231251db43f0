"""Why a backup or a restore did not happen."""

from __future__ import annotations


class BackupRefused(Exception):
    """Nothing was begun; the message is one line with the way out."""


class BackupFailed(Exception):
    """It was begun and left nothing behind; the message is one line that says why."""
