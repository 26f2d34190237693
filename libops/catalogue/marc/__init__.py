"""Records of other systems, MARC 21 and CNMARC: found out, read, described, and written."""
