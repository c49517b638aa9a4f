"""The agent: a process of the user that holds unlocked keys in memory, signs, and gives none away.

`place.py` says where its socket is and who may be there, `server.py` is the process, `client.py`
starts and asks it, and `stand_ins.py` makes keys of a command out of it.
"""
