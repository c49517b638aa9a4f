"""`python -m api`: the gateway of the network that LODETRACE_NETWORK names."""

import sys

from lodetrace.errors import LodetraceError


def main() -> int:
    """Serves; returns the exit code of lodetrace.errors.ExitCode."""
    from api.serve import serve
    from api.settings import GatewaySettings
    from lodetrace.service_log import start_log

    try:
        settings = GatewaySettings.load()
        start_log(settings.library.log_format)
        serve(settings)
    except LodetraceError as error:
        print(f"{error}\n{error.advice}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
