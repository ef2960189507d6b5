"""What may be shown to everybody, and the attack on what is shown."""
