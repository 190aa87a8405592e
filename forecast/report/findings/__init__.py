"""Numbers a report adds to a result: what follows from the draws and the inputs without any sampling."""
