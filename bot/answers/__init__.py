"""Questions answered from the FAQ: understood in context, shown with sources, logged with their feedback."""
