"""The lists of the house: what is to be fetched, sent, cleared and chased; patrons, rules, opening hours, tills."""
