"""The catalogue on its way out: titles as records or rows, items and patrons as rows that go in again."""
