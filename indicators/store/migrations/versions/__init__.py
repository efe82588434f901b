"""One migration a module; never changed once released."""
