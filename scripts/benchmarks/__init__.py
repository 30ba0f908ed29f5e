"""The parts of scripts/bench, scripts/bench-data, scripts/bench-structure and scripts/bench-scale."""
