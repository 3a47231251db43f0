"""Every port over plain dictionaries and lists: the fakes of the tests, kept honest by the contracts."""
