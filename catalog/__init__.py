"""The nouns of the suite: what upstream calls things. Frozen data, standard library only."""
