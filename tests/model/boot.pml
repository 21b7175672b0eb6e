/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a device with two kernel slots, for the model checker spin: bootloader, kernels that work or do not,
 * a host that updates and reverts, and power that may go between any two steps. docs/boot.md has the diagram.
 *
 * A step here is what a power cut cannot divide: a record of the journal (the power-cut simulation shows that of each
 * record), or a start. What is written into a slot is garbage until its last page is there. With ROT the flash loses
 * the kernel that counts, once.
 *
 * tests/model/model_test.sh checks it, and that it fails for each of the mistakes MISTAKE = 1 to 8.
 */
#ifndef MISTAKE
#define MISTAKE 0
#endif
#ifndef ROT
#define ROT 0
#endif
#define CUTS   3 /* times that power goes, or somebody presses reset */
#define WISHES 3 /* that a host has */

/* What a slot holds. A bad kernel is signed and does not work. */
#define GARBAGE 0
#define OLD     1
#define NEW     2
#define BAD     3
#define NONE    2 /* no slot */

byte version[4] = { 0, 1, 2, 2 };

mtype = { settled, due, started, rejected };

/* Flash. */
byte slot[2] = { OLD, GARBAGE };
byte counts = 0;         /* the slot that counts ("active" in the code) */
byte candidate = NONE;
mtype phase = settled;
byte lowest = 1;         /* version that may run: the floor */
byte meant = GARBAGE;    /* which kernel the candidate's digest names; GARBAGE: any */

/* RAM and hardware. */
byte runs = NONE;        /* slot whose kernel runs */
bool waits = false;      /* the bootloader waits for a host */
bool armed = false;      /* the watchdog */
bool cut = false;        /* power goes now */
byte cuts = CUTS;
byte wishes = WISHES;
byte rots = ROT;

/* What is watched. */
byte confirmed = 1;      /* highest version that has confirmed itself */
byte starts_of_bad = 0;  /* since somebody last asked for one */

#define works(s)     (slot[s] == OLD || slot[s] == NEW)
#define acceptable(s) (slot[s] != GARBAGE && version[slot[s]] >= lowest)
/* What the bootloader starts without a trial. */
#define startable(s) (acceptable(s) && !(phase == rejected && candidate == (s) && (meant == GARBAGE || meant == slot[s])))

#define bootable_now  ((works(0) && acceptable(0)) || (works(1) && acceptable(1)))
#define guarded_now   (runs == NONE || works(runs) || armed)
#define sound_now     (runs == NONE || acceptable(runs))
#define at_rest       (runs != NONE && works(runs) && runs == counts && phase != started)

/* There is always something that can be started: what has worked stays. */
ltl bootable { [] bootable_now }
/* Nobody is shut out before somebody newer has shown that it works. */
ltl floor_follows { [] (lowest <= confirmed) }
/* What does not work is started once for each time that somebody asks for it. */
ltl one_trial { [] (starts_of_bad <= 1) }
/* What does not work runs with the watchdog. */
ltl guarded { [] guarded_now }
/* Garbage never runs, nor what is older than it may be. */
ltl sound { [] sound_now }
/* A device with a good kernel never waits for a host. */
ltl unattended { [] !waits }
/* In the end a kernel runs that works, and counts. */
ltl comes_to_rest { <> [] at_rest }

inline start(s)
{
    runs = s;
    if
    :: slot[s] == BAD -> starts_of_bad++
    :: else
    fi
}

inline choose()
{
    if
    :: startable(counts) -> start(counts)
#if MISTAKE == 4
    :: !startable(counts) && acceptable(1 - counts) -> start(1 - counts)
    :: !startable(counts) && !acceptable(1 - counts) -> waits = true
#else
    :: !startable(counts) && startable(1 - counts) -> start(1 - counts)
    :: !startable(counts) && !startable(1 - counts) -> waits = true
#endif
    fi
}

/* The candidate counts, and with it its version as the lowest, in one record. */
inline confirm()
{
    counts = runs;
    candidate = NONE;
    phase = settled;
    meant = GARBAGE;
    if
    :: version[slot[runs]] > lowest -> lowest = version[slot[runs]]
    :: else
    fi;
    confirmed = lowest;
    armed = false
}

inline write(s, image)
{
    slot[s] = GARBAGE;
    atomic {
        slot[s] = image;
        starts_of_bad = 0
    }
}

proctype device()
{
    byte image = GARBAGE;
boot:
    {
        atomic {
            runs = NONE;
            armed = false
        }
        /* A trial that has not ended well has ended. */
        if
        :: phase == started ->
#if MISTAKE == 1
            phase = due
#else
            phase = rejected
#endif
        :: else
        fi;
        if
        :: phase == due && (!acceptable(candidate) || (meant != GARBAGE && slot[candidate] != meant)) ->
            phase = rejected
        :: phase == due && acceptable(candidate) && (meant == GARBAGE || slot[candidate] == meant) ->
#if MISTAKE != 2
            phase = started;
#endif
            atomic {
#if MISTAKE != 3
                armed = true;
#endif
                start(candidate)
            }
        :: else
        fi;
        if
        :: runs == NONE -> atomic { choose() }
        :: else
        fi;
        /* The kernel. */
        do
        :: waits -> break
        :: !waits && !works(runs) && armed -> goto boot /* the watchdog, or whatever it does itself */
        :: !waits && !works(runs) && !armed -> break    /* nothing helps any more */
        :: !waits && works(runs) && phase == started && candidate == runs -> atomic { confirm() }
        :: !waits && works(runs) && phase != started && counts != runs ->
            /* Started because the one that counts was bad: what is said of the other slot stays said. */
            atomic {
                counts = runs;
                if
                :: candidate == runs -> candidate = NONE; phase = settled; meant = GARBAGE
                :: else
                fi
            }
        /* A host sends a kernel. */
        :: !waits && works(runs) && phase != started && counts == runs && wishes > 0 ->
            wishes--;
            if
            :: version[OLD] >= lowest -> image = OLD
            :: image = NEW
            :: image = BAD
            fi;
#if MISTAKE != 5
            atomic { /* nobody starts what is being written */
                candidate = 1 - runs;
                phase = rejected;
                meant = GARBAGE
            }
#endif
#if MISTAKE == 6
            write(runs, image);
#else
            write(1 - runs, image);
#endif
#if MISTAKE == 7
            lowest = version[image];
#endif
            atomic {
#if MISTAKE == 8
                counts = 1 - runs;
                candidate = NONE;
                phase = settled;
                meant = GARBAGE
#else
                candidate = 1 - runs;
                phase = due;
                meant = image
#endif
            }
            goto boot
        /* A host gives up the kernel on trial, or wants the other one on trial. */
        :: !waits && works(runs) && phase == started && candidate == runs && wishes > 0 ->
            wishes--;
            phase = rejected;
            goto boot
        :: !waits && works(runs) && phase != started && counts == runs && wishes > 0 && acceptable(1 - runs) ->
            wishes--;
            atomic {
                candidate = 1 - runs;
                phase = due;
                meant = GARBAGE;
                starts_of_bad = 0
            }
            goto boot
        :: !waits && works(runs) && phase != started && counts == runs && wishes == 0 && cuts == 0 -> break
        od;
end:
        false
    } unless {
        atomic {
            cut;
            cut = false;
            waits = false;
            goto boot
        }
    }
}

/* Power goes, at any time, some times. */
proctype world()
{
end:
    do
    :: atomic { cuts > 0 && !cut -> cuts--; cut = true }
    :: atomic { rots > 0 && !cut -> rots--; slot[counts] = GARBAGE; runs = NONE; cut = true }
    :: cuts > 0 && !cut -> cuts-- /* it might have, and did not */
    od
}

init
{
    atomic {
        run device();
        run world()
    }
}
