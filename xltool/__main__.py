"""``python -m xltool``"""

from xltool.cli.main import main

if __name__ == "__main__":
    main()
