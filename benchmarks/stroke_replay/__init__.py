"""Pen strokes, drawn as the canvas draws them and read by models: parts of `drawn_digits`."""
