"""`run`: framework files are patched as a training imports them, and none is changed on the disk.

`overlay` makes the folder of the user's cache that the training's Pythons look into; `hook/` is what they import, by
the standard library alone; `deciding` is what the hook has the tool's own Python do, once for each file; `launching`
finds the Python in a command, and whether the hook reaches it.
"""
