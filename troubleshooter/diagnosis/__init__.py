"""From the engine's answers to ranked findings: judge every request, name each cause, rank, say what is missing."""
