"""From the files that people really send to cells of the data contract, each step told."""
