"""Sizes that every form shares, in points (1 mm = 2.8346 pt), with the Chinese names of type sizes."""

MM = 72 / 25.4

PORTRAIT = (210 * MM, 297 * MM)
LANDSCAPE = (297 * MM, 210 * MM)
MARGIN = 18 * MM  # all four sides; office printers leave 5 mm, the punch takes 12

TITLE = 20.0  # between 小二 and 二号
AUTHORITY = 12.0  # 小四
CAPTION = 11.0
BODY = 10.0
SMALL = 9.0  # 小五
FINE = 8.0
SMALLEST = (
    4.0  # below this nobody reads; only a text of several hundred characters in a narrow column gets here
)

LEADING = 1.35  # distance of lines, in type sizes
PADDING = 3.0  # between a cell's border and its text
RULE = 0.5  # lines of the grid
BOLD = 0.02  # pen that thickens a letter, in type sizes
SHADE = 0.93  # grey of label cells and heads, 1 is white
MARKED = 0.86  # grey behind a changed cell
