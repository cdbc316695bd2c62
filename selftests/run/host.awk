# SPDX-License-Identifier: GPL-2.0
# After tap.awk: one KTAP stream among what make prints; status is make's.

BEGIN { tap_begin("host", "-") }
{ tap_line($0) }
END { tap_end(status) }
