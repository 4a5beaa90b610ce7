"""xltool: locked statistical workbooks out, checked returns in, one traceable summary."""

__version__ = "0.1.0"
