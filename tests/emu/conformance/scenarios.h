// SPDX-License-Identifier: Apache-2.0
/*
 * What the app `victim` does in each of its lives, and what the app `supervisor` then sees of it.
 * The number of the life is the victim's restart count.
 *
 * SCENARIO(function, argument, id of the check, its name, how the life ends, what the kernel
 * reports)
 */
#ifndef SCENARIO
#error "define SCENARIO first"
#endif

/* Numbers of attempts are those of apps/hostile/attempt.c. */
SCENARIO(try, 1, "22a", "reading below its RAM faults", FAULTED, ACCESSED)
SCENARIO(try, 2, "22b", "reading behind the granule that holds its break faults", FAULTED, ACCESSED)
SCENARIO(try, 3, "22c", "reading its own grants faults", FAULTED, ACCESSED)
SCENARIO(try, 4, "22d", "reading behind its block faults", FAULTED, ACCESSED)
SCENARIO(try, 5, "22e", "reading the kernel's RAM faults", FAULTED, ACCESSED)
SCENARIO(try, 6, "22f", "reading flash in front of its object faults", FAULTED, ACCESSED)
SCENARIO(try, 7, "22g", "reading flash behind its object faults", FAULTED, ACCESSED)
SCENARIO(read_header, 0, "22", "reading its own header does not fault", TERMINATED, NOTHING)
SCENARIO(try, 8, "22h", "writing its own flash faults", FAULTED, ACCESSED)
SCENARIO(try, 9, "22i", "reading the kernel's code faults", FAULTED, ACCESSED)
SCENARIO(try, 10, "22j", "jumping into the kernel faults", FAULTED, JUMPED)
SCENARIO(try, 11, "129", "jumping into its RAM faults", FAULTED, JUMPED)
SCENARIO(try, 12, "22k", "reading a device faults", FAULTED, ACCESSED)
SCENARIO(try, 13, "22l", "writing the protection unit faults", FAULTED, BUS)
SCENARIO(read_visible_end, 28, "113", "so does reading 28 bytes further", FAULTED, ACCESSED)
SCENARIO(try, 14, "23", "a stack that overflows faults", FAULTED, STACKED)
SCENARIO(try, 21, "42", "system call 200 faults", FAULTED, CALLED)
SCENARIO(try, 22, "42a", "an undefined instruction faults", FAULTED, EXECUTED)
SCENARIO(try, 23, "42b", "an instruction of a coprocessor that is not there faults", FAULTED,
         EXECUTED)
SCENARIO(try, 15, "45a", "a system call with sp 0 faults", FAULTED, STACKED)
SCENARIO(try, 16, "45b", "a system call with sp 4 faults", FAULTED, STACKED)
SCENARIO(try, 17, "45c", "a system call with sp 0xFFFFFFFC faults", FAULTED, STACKED)
SCENARIO(try, 18, "45d", "a system call with sp in the kernel's RAM faults", FAULTED, STACKED)
SCENARIO(try, 19, "45e", "a system call with sp at its grants' end faults", FAULTED, STACKED)
SCENARIO(try, 20, "45f", "a system call with sp in flash faults", FAULTED, STACKED)
SCENARIO(call_in_neighbour, 0, "45g", "a system call with sp in another app's RAM faults", FAULTED,
         STACKED)
SCENARIO(call_near_start, 4, "105",
         "a system call without room for its frame faults, and stays its own", FAULTED, STACKED)
SCENARIO(call_near_start, 28, "45h", "so does one that lacks a single word", FAULTED, STACKED)
SCENARIO(call_behind_break, 256, "45j",
         "a system call with sp between the break and the granule's end faults", FAULTED, STACKED)
SCENARIO(try, 24, "45i", "a forged exception return faults", FAULTED, JUMPED)
SCENARIO(take_processor, 0, "101",
         "after faults it still runs without privilege: SCB is closed to it", FAULTED, BUS)

/* The neighbour moves its break meanwhile; both have just run. */
SCENARIO(read_neighbour, 0, "47a", "reading another app's RAM faults, its first granule", FAULTED,
         ACCESSED)
SCENARIO(read_neighbour, 1, "47b", "its second", FAULTED, ACCESSED)
SCENARIO(read_neighbour, 2, "47c", "its third", FAULTED, ACCESSED)
SCENARIO(read_neighbour, 3, "47d", "its fourth", FAULTED, ACCESSED)
SCENARIO(read_neighbour, 5, "47e", "its sixth", FAULTED, ACCESSED)
SCENARIO(read_neighbour, 9, "47f", "its tenth", FAULTED, ACCESSED)
SCENARIO(read_neighbour, 12, "112", "its thirteenth, where the kernel keeps its grants", FAULTED,
         ACCESSED)

/* Upcalls. */
SCENARIO(fault_in_upcall, 0, "175", "a fault in an upcall ends the process alone", FAULTED,
         EXECUTED)
SCENARIO(upcall_in_ram, 0, "171a", "an upcall function in RAM is accepted, and faults when called",
         FAULTED, JUMPED)
SCENARIO(upcall_in_data, 0, "171b", "an upcall function that is data runs into a fault", FAULTED,
         EXECUTED)
SCENARIO(fault_with_queue, 0, "177", "a fault with a full queue of upcalls", FAULTED, EXECUTED)
SCENARIO(expect_quiet, 0, "177a", "the next life has none of them", TERMINATED, NOTHING)
SCENARIO(restart_busy, 0, "127", "a restart in the middle of alarm, text and random bytes",
         RESTARTED, NOTHING)
SCENARIO(expect_quiet, 0, "127a", "nothing of them reaches the next life", TERMINATED, NOTHING)
SCENARIO(work_for_ever, 0, "127b", "it is ended by another while it does all that", RUNNING,
         NOTHING)
SCENARIO(expect_quiet, 0, "127c", "nothing of that reaches the next life either", TERMINATED,
         NOTHING)

/* Ends. */
SCENARIO(exit_with, 0, "43a", "exit 0 ends the process", TERMINATED, NOTHING)
SCENARIO(exit_and_restart, 0, "43b", "exit 1 starts it anew, with another identifier", RESTARTED,
         NOTHING)
SCENARIO(stop_itself, 0, "59a", "it stops itself, and goes on when it is resumed", STOPPED, NOTHING)
SCENARIO(end_itself, 0, "59b", "it terminates itself, and does not come back", TERMINATED, NOTHING)
SCENARIO(boot_itself, 0, "59c", "it cannot boot itself while it runs", TERMINATED, NOTHING)
SCENARIO(fault_itself, 0, "59d", "it has itself faulted", FAULTED, REQUESTED)
SCENARIO(mask_for_ever, 0, "48a", "cpsid and a loop do not stop the others", RUNNING, NOTHING)
SCENARIO(sleep_for_ever, 0, "48b", "nor does wfi", RUNNING, NOTHING)
SCENARIO(loop_for_ever, 0, "48c", "nor does a loop", RUNNING, NOTHING)

/* Memory. */
SCENARIO(expect_clear_floating, 0, "50b", "floating-point registers are 0 at first", TERMINATED,
         NOTHING)
SCENARIO(dirty_floating, 0, "50c", "it fills them", TERMINATED, NOTHING)
SCENARIO(expect_clear_floating, 0, "50d", "they are 0 in the next life", TERMINATED, NOTHING)
SCENARIO(dirty_memory, 0, "130a", "it fills all of its RAM", TERMINATED, NOTHING)
SCENARIO(expect_clear, 0, "130", "the next life finds RAM clear", TERMINATED, NOTHING)
SCENARIO(share_state_when_full, 0, "141", "it shares its state when it has no memory left",
         TERMINATED, NOTHING)

/* Other processes. */
SCENARIO(abort_read, 0, "150", "it cannot abort another process's read", TERMINATED, NOTHING)
SCENARIO(return_7, 0, "44", "main returning 7 ends it", TERMINATED, NOTHING)
#undef SCENARIO
