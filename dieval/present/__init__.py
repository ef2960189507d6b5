"""How results are shown: words, tables, figures and findings, in Latvian and English."""
