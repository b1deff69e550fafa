"""The running process: started in order, kept going, looked after, ended in order."""
