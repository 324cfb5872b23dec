"""The ward's table of difficulties and petitions: which cases, in which form, as which file."""
