"""The suite on trial: every named fault against every scenario, and who caught what."""
