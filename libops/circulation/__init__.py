"""Lending, returning, renewing: the rules, the calendars, the acts."""
