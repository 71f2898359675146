"""Programs that measure; each prints ratios taken in one run."""
