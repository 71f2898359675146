"""One small file per service or source; ``registry`` lists them."""
