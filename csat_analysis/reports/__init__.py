"""Execute notebooks and export them as self-contained HTML pages, one at a time or one per group.

components   the pieces of a page, as notebooks display them
sanitize     remove everything unsafe from displayed HTML
html_export  an executed notebook as one HTML file
in_process   execute a notebook without a kernel
execution    execute one notebook and export its page
report       the result of making a report
preload      modules preloaded by the fork server
parallel     many reports at once, in processes of their own
apart        one report in a process of its own
collection   the reports of a week and their index page
"""
