"""The index ports over whichever generation is current."""
