"""Settings of Sphinx for the documentation; `tools/make_docs.py` assembles the pages and runs it.

Nothing of the built site is loaded from elsewhere: the theme brings its fonts, styles and scripts, and the search is a file.
"""

project = "diplomatic-kg"
author = "The diplomatic-kg authors"
project_copyright = "The diplomatic-kg authors"
extensions = ["myst_parser"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["README.md"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = "diplomatic-kg"
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
pygments_style = "default"
pygments_dark_style = "native"
highlight_language = "none"
