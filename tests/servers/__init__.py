"""The real database servers that tests and benchmarks run against: started when wanted, gone when their owner is."""
