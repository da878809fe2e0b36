"""Every question by choosing in boxes, in JupyterLab: figure, table, and the line of code that gives the answer.

calls     boxes -> arguments of a question, by its own signature -> the line of code
figures   the figure of each answer
widget    the boxes, and what they show
"""

from __future__ import annotations

from .widget import Explorer, explore

__all__ = ["Explorer", "explore"]
