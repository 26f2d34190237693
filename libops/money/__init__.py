"""What patrons owe and pay: charges, payments, deposits, and the closing of a desk's till."""
