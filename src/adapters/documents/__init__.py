"""Documents of many formats to text with pages and sections, read in a process that may be killed."""
