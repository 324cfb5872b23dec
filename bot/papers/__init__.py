"""Values in, bytes out: what is printed, shown or handed over as a file; knows no feature."""
