"""The style of all figures: fonts, colours, figures, axes, rows, panels and words."""
