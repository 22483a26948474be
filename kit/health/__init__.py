"""Whether the parts that flows pass through are in order: each part is asked, never Ready alone."""
