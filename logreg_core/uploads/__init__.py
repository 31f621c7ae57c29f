"""One reader for each kind of file that a visitor may upload.

``logreg_core.upload.read_upload`` is the public face.
"""
