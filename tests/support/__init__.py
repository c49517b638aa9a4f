"""What several lanes and the benchmarks share: chains, consortia, databases, synthetic evidence."""
