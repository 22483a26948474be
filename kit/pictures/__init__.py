"""Pictures of what a run has measured: small SVGs that need nothing and call nobody."""
