"""The four steps a person on call walks; each slices, words and weighs what the engine answered."""
