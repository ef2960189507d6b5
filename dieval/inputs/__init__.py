"""Read, check and describe data packages."""
