# SPDX-License-Identifier: GPL-2.0
# After tap.awk: one stream among other output; name and exit status are given.

BEGIN { tap_begin(name, "-") }
{ tap_line($0) }
END { tap_end(status) }
