"""Backup and restore of an instance that keeps everything on this machine."""
