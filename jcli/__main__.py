"""`python -m jcli` and the console command."""

from jcli.commands import main

if __name__ == "__main__":
    main()
