"""An oracle service on a disk that is full: started by test_service_own_faults.

    python full_service_victim.py INDEX LIMIT

No file may grow beyond LIMIT bytes once the service listens. Settings come from the environment.
"""

import resource
import signal
import sys

from lodetrace.keys.member_keys import MemberKeys
from oracle.assembly import opened_service
from oracle.settings import OracleSettings


def main(index: int, limit: int) -> None:
    keys = MemberKeys.for_development(index)
    with opened_service(OracleSettings.load(), keys) as running:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        print(running.address, running.monitor, flush=True)
        running.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
