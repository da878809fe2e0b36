"""Settings of the documentation site: `make docs` builds it from these pages into build/docs."""

from __future__ import annotations

import sys
from pathlib import Path

import csat_analysis

project = "csat_analysis"
author = "the csat_analysis authors"
copyright = author
version = release = csat_analysis.__version__

sys.path.insert(0, str(Path(__file__).parent))
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "keyboard"]
root_doc = "index"
nitpicky = False
# As in docstrings: `name` is code.
default_role = "code"
add_module_names = False
toc_object_entries = False

# GitHub's ids of headings, so that links to them work in both places.
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autosummary_generate = True
# Public names are imported on first use; autodoc follows them to their modules.
autosummary_imported_members = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

html_theme = "furo"
html_title = f"csat_analysis {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
# Excerpts need a server; pages opened from a folder have none.
html_show_search_summary = False
# Plain files, which are opened from a folder without a server.
html_theme_options = {"top_of_page_buttons": []}
templates_path = ["_templates"]
