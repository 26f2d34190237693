"""The command line: it joins the domain, the screens and the devices, and decides nothing itself."""
