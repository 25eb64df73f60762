"""What the reader tells before any rule looks at a value, and what befalls the validator itself."""
