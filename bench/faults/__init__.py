"""The faults: real processes are killed, stopped, frozen and cut off on purpose, and what people see meanwhile is read.

`python -m bench faults` prints a table (Quality, *Reliability*). Everything runs on this machine alone, in a
folder of its own, and only what was started here is ended here.
"""
