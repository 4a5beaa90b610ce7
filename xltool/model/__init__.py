"""What xltool talks about: frozen values, parsed and whole. Nothing here reads or writes."""
