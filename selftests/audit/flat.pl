#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# flat.pl: off32-audit's JSON on stdin, as lines to be compared. A parser that
# is not ours judges whether it is JSON at all.
#
#	object NAME KIND LIBC OFF_T SHIM DO...
#	call NAME FUNCTION OFF_T N32 N64 UNKNOWN
#	module NAME DEVICES HANDLER=CHECK/MAPPINGS...
#	archive NAME MEMBERS MEMBERS_32 MEMBERS_SPOILT
#	error NAME
use strict;
use warnings;
use JSON::PP;

local $/;
my $json = JSON::PP->new->utf8->decode(<STDIN>);
binmode(STDOUT, ":utf8");

sub name
{
	my ($o) = @_;
	my $path = $o->{path};

	$path =~ s/.*\///s;
	$path .= "($o->{member})" if defined $o->{member};
	$path =~ s/\s/_/g;
	return $path;
}

sub word
{
	my ($s) = @_;

	return "-" unless defined $s && $s ne "";
	$s =~ s/\s/_/g;
	return $s;
}

die "wrong format\n" unless $json->{format} eq "off32-audit" &&
	$json->{format_version} == 1;
for my $o (@{$json->{objects}}) {
	my $n = name($o);

	print join(" ", "object", $n, word($o->{kind}), word($o->{libc}),
		   $o->{off_t}, $o->{shim}, @{$o->{do}}), "\n";
	for my $f (@{$o->{functions}}) {
		my $sites = @{$f->{sites}};

		die "$n: $f->{name}: sites do not add up\n" unless $sites ==
			$f->{calls_32} + $f->{calls_64} + $f->{calls_unknown};
		print join(" ", "call", $n, $f->{name}, $f->{off_t},
			   $f->{calls_32}, $f->{calls_64},
			   $f->{calls_unknown}), "\n";
	}
	next unless $o->{module};
	print join(" ", "module", $n,
		   join(",", map { word($_->{name}) }
			@{$o->{module}{devices}}) || "-",
		   map { "$_->{name}=$_->{check}/$_->{mappings}" }
			@{$o->{module}{mmap_handlers}}), "\n";
}
print join(" ", "archive", name($_), $_->{members}, $_->{members_32},
	   $_->{members_spoilt}), "\n" for @{$json->{archives}};
print join(" ", "error", name($_)), "\n" for @{$json->{errors}};
