# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by conformance_test.sh: what the loader takes, what it leaves, and that it goes on.

object first
object c1 flip=32
object after1
object c5 header=8192
object after5
object c6 word=9:3:8192
object after6
boot
verdict 1 "an object with a wrong byte in its header is left out, the next one starts" apart after1 c1
verdict 5 "so is one whose header is larger than itself" apart after5 c5
verdict 6 "so is one whose binary ends behind itself" apart after6 c6
verdict 138 "one bad object hides none of the others" only first after1 after5 after6

object first
object gap padding=4096
object after2
object gap padding=4096 flip=12
object after2a
object c7 flags=0
object after7
object c10 tlv=0x7FFF:0102030405
object c11 word=1:0:64
boot
verdict 2 "padding between apps is passed over" apart after2
verdict 2a "padding with a wrong checksum, too" apart after2a
verdict 7 "a disabled app is not started, the next one is" apart after7 c7
verdict 10 "a TLV of an unknown type does no harm" apart c10
verdict 11 "of Main and Program, Program counts" apart c11

object first
object c3 version=3
object never
boot
verdict 3 "version 3 is the end of the list" only first

object first
object c4 total=1
object never
boot
verdict 4 "a size of 0 is the end of the list, and the board starts" only first

object c8a word=8:0:0x00630002
object c8b word=8:0:0x00000002
object c8c word=8:0:0x00000003
object c8d drop=8
object c9a tlv=5:ffffffff00001021
object c9b tlv=5:00000040ffffffff
object c9c tlv=5:00801720ffffffff
object c12 drop=9
object last
boot
verdict 8 "an app for kernel 2.0 starts; for 2.99 or 3.0 it does not" apart c8b c8a c8c
verdict 8a "an app that names no kernel version starts" apart c8d
verdict 9 "an app fixed to another flash address or to RAM that there is not is left out" apart last c9a c9b
verdict 9a "an app fixed to RAM that is free gets it" runs c9c
verdict 12 "with Main alone there are no footers, hence no signature: it is left out" apart last c12

object c13a tlv=10:13000000 word=9:4:1
object c13b tlv=10:13000000 word=9:4:2
object c13c tlv=10:14000000 word=9:4:2
object c13d tlv=10:14000000 word=9:4:1
object c13e tlv=10:15000000
object c13f tlv=10:15000000
object c14a late-flags=0x21
object c14b size=8192 credential=0:3000
object c14c credential=0x77:40
object c14d unsigned
object c15 credential=3:32
object last
boot
verdict 13 "of two apps with one ShortID the one with the higher version runs" apart c13b c13a
verdict 13a "in the other order, too" apart c13c c13d
verdict 13b "of equal versions the first runs" apart c13e c13f
verdict 14 "an app whose header changed since it was signed, or that was not, is left out" apart last c14a c14d
verdict 14a "a signature counts behind 3000 reserved bytes" runs c14b
verdict 14b "a signature counts behind a credential of an unknown format" runs c14c
verdict 15 "a digest is no credential here: a wrong one does not matter, the signature does" runs c15
