"""The commands of `cscc`, a module each; few lines over the parts."""
