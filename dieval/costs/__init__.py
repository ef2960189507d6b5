"""Cost per child: pure functions from tables and parameters to new tables (methods, section 1)."""
